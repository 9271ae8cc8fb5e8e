/**
 * What this process does about one key, once for all its callers: looks, waits for another process's fill, or fills. Each
 * caller waits for the flight on its own terms, and leaving does not end it: a fill, once begun, goes on. Only if the last
 * caller has left while another process fills is there nothing left to wait for, and the flight ends.
 *
 * Fails with the error of the fill, and as the ensemble or the store does.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { abortedError, isEnclosureError } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { CacheEvent, Fill } from '../bulk-cache-options.ts';
import type { CacheSession } from '../coordination/cache-session.ts';
import { claimFill } from '../coordination/claim.ts';
import type { FinishedResult } from '../coordination/parse-entry.ts';
import type { Seen, WatchedEntry } from '../coordination/watched-entry.ts';
import { errorOfFailure } from '../fill/as-fill-error.ts';
import { runFill, type FillOutcome } from '../fill/run-fill.ts';
import { assessKey } from './assess-key.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { EventCounter } from '../event-counter.ts';

const pauseMs = 50;

export interface FlightOptions<T> {
  /** Digest of the key. */
  readonly key: string;
  readonly entry: WatchedEntry;
  readonly settings: CacheSettings<T>;
  /** The session that is open, or a new one. */
  readonly session: () => Promise<CacheSession>;
  readonly counter: EventCounter;
  /** Fires when the cache is closed. */
  readonly closing: AbortSignal;
}

export class Flight<T> {
  /** Resolves to what the callers wait for. */
  readonly landed: Promise<FinishedResult>;
  readonly #options: FlightOptions<T>;
  /** What its callers would call; the first is taken. */
  readonly #fills = new Set<{ readonly fill: Fill<T> }>();
  readonly #abandoned = new AbortController();
  #filling = false;

  /** Whoever makes it joins it at once. */
  constructor(options: FlightOptions<T>) {
    this.#options = options;
    const { closing } = options;
    const onClosing = (): void => this.#abandoned.abort(closing.reason);
    closing.addEventListener('abort', onClosing);
    this.landed = this.#fly().finally(() => closing.removeEventListener('abort', onClosing));
    this.landed.catch(() => undefined);
  }

  /** It was abandoned: a new caller needs another one. */
  get isOver(): boolean {
    return this.#abandoned.signal.aborted;
  }

  get callers(): number {
    return this.#fills.size;
  }

  /** Waits for the end with the others. Fails as the flight does, or with the signal's error. */
  async join(fill: Fill<T>, signal: AbortSignal): Promise<FinishedResult> {
    const mine = { fill };
    this.#fills.add(mine);
    try {
      return await orAborted(this.landed, signal);
    } finally {
      this.#fills.delete(mine);
      this.#abandonIfAlone();
    }
  }

  #abandonIfAlone(): void {
    if (this.#fills.size === 0 && !this.#filling) this.#abandoned.abort();
  }

  async #fly(): Promise<FinishedResult> {
    const { entry, closing } = this.#options;
    let waitedFor: number | undefined;
    for (;;) {
      const session = await orAborted(this.#options.session(), this.#abandoned.signal);
      let outcome: FillOutcome | undefined;
      try {
        const situation = await orAborted(assessKey(entry, session, waitedFor), this.#abandoned.signal);
        const { decision, seen } = situation;
        if (decision.do === 'take') return decision.result;
        if (decision.do === 'fail') {
          outcome = { kind: 'failed', error: errorOfFailure(decision.failure, entry.key, session.now()) };
        } else if (decision.do === 'wait') {
          waitedFor = seen.facts.epoch;
          await orAborted(Promise.race([seen.changed, situation.fillerEnded]), this.#abandoned.signal);
        } else {
          outcome = await this.#fill(session, seen, decision.takeover);
          // A rival's fill may have failed already when it is seen for the first time.
          if (outcome === undefined) waitedFor = seen.facts.epoch + 1;
        }
      } catch (error) {
        // Whatever failed in a session that is over is asked again in the next one.
        if (closing.aborted || this.#abandoned.signal.aborted) throw error;
        if (!session.isOver && !(await isBack(session, error))) throw error;
      }
      // Not above: an error of the call is final, even where it looks like one of ours.
      if (outcome?.kind === 'published') return outcome.result;
      if (outcome?.kind === 'failed') throw outcome.error;
    }
  }

  /** Undefined where somebody else was faster. Ends the flight where nobody waits for it any more. */
  async #fill(session: CacheSession, seen: Seen, takeover: boolean): Promise<FillOutcome | undefined> {
    const { entry, settings, key, closing, counter } = this.#options;
    const [first] = this.#fills;
    // They all have left, so nobody wants the call to be made.
    if (first === undefined) throw abortedError(this.#abandoned.signal);
    this.#filling = true;
    try {
      const claim = await claimFill(session, entry, seen);
      if (claim === undefined) return undefined;
      const { epoch } = claim.facts;
      counter.count({ type: 'filling', key: entry.key, epoch, takeover });
      const outcome = await runFill({ claim, entry, key, fill: first.fill }, settings, closing);
      counter.count(eventOf(entry.key, epoch, outcome));
      // So that it is known when somebody asks next, even where nobody answers then.
      entry.forget();
      void entry.look(session).catch(() => undefined);
      return outcome;
    } finally {
      this.#filling = false;
      // All callers left while the call went on: nothing here waits for what another process makes of the key.
      this.#abandonIfAlone();
    }
  }
}

/** Whether the connection was lost and is there again. */
async function isBack(session: CacheSession, error: unknown): Promise<boolean> {
  if (!isEnclosureError(error, 'zookeeper-connection-lost', 'zookeeper-unreachable')) return false;
  await session.link.session.sync('/').catch(() => undefined);
  await delay(pauseMs);
  return true;
}

function eventOf(key: string, epoch: number, outcome: FillOutcome): CacheEvent {
  if (outcome.kind === 'published') {
    const { count, bytes } = outcome.result;
    return { type: 'filled', key, epoch, count, bytes };
  }
  return { type: 'fill-failed', key, epoch, superseded: outcome.kind === 'superseded', error: outcome.error };
}
