/** The state of a key in words. Pure. */
import type { KeyReport, KeyState } from '../../../cache/operator/key-report.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { count } from '../../../terminal/format-bytes.ts';
import type { Colours } from '../../../terminal/style.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

/** `5 s`, `12 min`, `3 h`, `9 d`: what one wants to know at a glance. Never less than nothing: clocks differ. */
export function roughly(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / second))} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`;
  return `${Math.floor(ms / day)} d`;
}

/** What there is to say beside the state: since when, until when, by whom. */
export function keyFacts({ state, facts, progress, modified, problem }: KeyReport, now: number): string {
  const ago = `${roughly(now - modified)} ago`;
  const { result = null, filling = null, failure = null } = facts ?? {};
  switch (state) {
    case 'ready':
      return `made ${ago}, ${expiry(result?.expires ?? null, now)}`;
    case 'expired':
      return `made ${ago}, expired ${roughly(now - (result?.expires ?? now))} ago`;
    case 'invalidated':
      return `made ${ago}, in generation ${result?.generation ?? 0}`;
    case 'filling':
      return filling === null
        ? ''
        : `by ${escapeName(filling.owner)} since ${roughly(now - filling.since)}, ${progressFacts(progress)}`;
    case 'abandoned':
      return `${escapeName(filling?.owner ?? '')} is gone, began ${roughly(now - (filling?.since ?? now))} ago; the next caller takes over`;
    case 'failed':
      return `${escapeName(failure?.class ?? '')} ${ago}, ${retry(failure?.retryAfter ?? now, now)}`;
    case 'absent':
      return facts === undefined ? `nothing written yet, made ${ago}` : `no result since ${ago}`;
    case 'unreadable':
      return problem === undefined ? '' : `[${problem.code}] ${escapeName(problem.message)}`;
  }
}

function expiry(expires: number | null, now: number): string {
  return expires === null ? 'good until invalidated' : `expires in ${roughly(expires - now)}`;
}

function retry(retryAfter: number, now: number): string {
  return retryAfter > now
    ? `not called again for ${roughly(retryAfter - now)}`
    : 'the next caller calls again';
}

function progressFacts(progress: KeyReport['progress']): string {
  if (progress === undefined) return 'nothing in level 2 yet';
  const { parts, complete } = progress;
  return complete ? `${count(parts, 'part')}, the call has ended` : count(parts, 'part');
}

export function stateColour(state: KeyState, colours: Colours): (text: string) => string {
  switch (state) {
    case 'ready':
      return colours.green;
    case 'filling':
    case 'abandoned':
      return colours.yellow;
    case 'failed':
    case 'unreadable':
      return colours.red;
    case 'expired':
    case 'invalidated':
    case 'absent':
      return colours.dim;
  }
}
