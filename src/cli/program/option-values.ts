/** Values of options: each parser gives the value or says, as commander has it, what was expected. */
import { constants } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../../config/schema/parse-duration.ts';
import type { AwaitedTarget, LeastMembers } from '../../verbs/members/judge-members.ts';
import type { HoldEnd } from '../../model/hold.ts';

function commitOption(value: string): string {
  // Four digits are the fewest that git takes for an abbreviation.
  if (/^[0-9a-f]{4,64}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('Expected a commit: 4 to 64 hexadecimal digits');
}

function durationOption(value: string): number {
  const duration = parseDuration(value);
  if (duration !== undefined) return duration;
  throw new InvalidArgumentError('Expected a duration such as 10s, 500ms or 2m');
}

/** A period that something is repeated in. */
function periodOption(value: string): number {
  const duration = durationOption(value);
  if (duration >= 1000 && duration <= 86_400_000) return duration;
  throw new InvalidArgumentError('Expected a duration from 1s to 24h');
}

function limitOption(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a number from 1 to 999999');
}

function portOption(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError('Expected a port from 0 to 65535');
}

/** Digits alone are a revision where they are fewer than ten: nobody deploys a thousand million times. */
function targetOption(value: string): AwaitedTarget {
  if (/^0*[1-9]\d*$/.test(value) && value.length < 10) return { revision: Number(value) };
  if (/^[0-9a-f]{4,64}$/i.test(value) && !/^\d{1,9}$/.test(value)) return { commit: value.toLowerCase() };
  throw new InvalidArgumentError('Expected a revision, or a commit: 4 to 64 hexadecimal digits');
}

function leastOption(value: string): LeastMembers {
  const [, share, count] = /^(?:(\d{1,3})%|(\d{1,6}))$/.exec(value) ?? [];
  if (share !== undefined && Number(share) <= 100) return { kind: 'share', share: Number(share) / 100 };
  if (count !== undefined) return { kind: 'count', count: Number(count) };
  throw new InvalidArgumentError('Expected a share from 0% to 100%, or a number of members');
}

/** `HUP` or `SIGHUP`. Not those that no process can catch: they would end the application, or hold it. */
function signalOption(value: string): NodeJS.Signals {
  const name = `SIG${value.toUpperCase().replace(/^SIG/, '')}`;
  if (name in constants.signals && name !== 'SIGKILL' && name !== 'SIGSTOP') return name as NodeJS.Signals;
  throw new InvalidArgumentError('Expected a signal that a process can catch, such as HUP or USR1');
}

/** Given once for each label. */
function labelOption(
  value: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, key, text] = /^([^=\s]+)=(.*)$/su.exec(value) ?? [];
  if (key !== undefined && text !== undefined && !Object.hasOwn(before, key))
    return { ...before, [key]: text };
  throw new InvalidArgumentError('Expected a label as key=value, each key once');
}

function sessionTimeoutOption(value: string): number {
  const duration = durationOption(value);
  if (duration >= 1000 && duration <= 300_000) return duration;
  throw new InvalidArgumentError('Expected a duration from 1s to 5m');
}

/** A length of time, or a time as `history` prints it; UTC where it names no other zone. */
function holdEndOption(value: string): HoldEnd {
  const afterMs = parseDuration(value);
  if (afterMs !== undefined && afterMs > 0) return { afterMs };
  const time = parseTime(value);
  if (time !== undefined) return { time: time.toISOString() };
  throw new InvalidArgumentError('Expected a duration such as 2h, or a time such as 2026-03-01T18:00Z');
}

/** Stands in the history and in every answer: a sentence, not a document. */
function messageOption(value: string): string {
  const text = value.trim();
  if (text.length > 0 && text.length <= 500) return text;
  throw new InvalidArgumentError('Expected a reason of 1 to 500 characters');
}

/** A time in the past, or how long ago; milliseconds since 1970. */
function timeOption(value: string): number {
  const ago = parseDuration(value);
  const time = ago === undefined ? parseTime(value)?.getTime() : Date.now() - ago;
  if (time !== undefined) return time;
  throw new InvalidArgumentError('Expected a time such as 2026-03-01T18:00Z, or a duration ago such as 2h');
}

function revisionOption(value: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Expected a revision: a number from 1 on');
}

/** ISO 8601, as `history` prints it as well; UTC where it names no other zone. */
function parseTime(value: string): Date | undefined {
  const [, day, clock = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:\d\d)?$/.exec(value) ?? [];
  const time = new Date(`${day}T${clock}${zone}`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export const optionValues = {
  commit: commitOption,
  duration: durationOption,
  period: periodOption,
  limit: limitOption,
  port: portOption,
  target: targetOption,
  least: leastOption,
  signal: signalOption,
  label: labelOption,
  sessionTimeout: sessionTimeoutOption,
  holdEnd: holdEndOption,
  message: messageOption,
  time: timeOption,
  revision: revisionOption,
} as const;
