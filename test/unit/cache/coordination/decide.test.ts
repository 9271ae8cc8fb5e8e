import { describe, expect, test } from 'vitest';
import { decide, isFresh, tooOld, type Decision } from '../../../../src/cache/coordination/decide.ts';
import {
  absentEntry,
  type EntryFacts,
  type FinishedResult,
} from '../../../../src/cache/coordination/parse-entry.ts';

const now = 1000;
const generation = 3;
const result: FinishedResult = {
  epoch: 7,
  token: 't',
  count: 1,
  bytes: 1,
  digest: 'd',
  expires: null,
  generation,
};
const expired: FinishedResult = { ...result, expires: now };
const invalidated: FinishedResult = { ...result, expires: now, generation: generation - 1 };
const filling = { token: 'u', owner: 'host:1', since: 900 };
const failedUntil = (retryAfter: number) => ({ class: 'fill-failed', retryAfter, generation });

const absent: EntryFacts = { ...absentEntry('k'), epoch: 7 };
const fillingNow: EntryFacts = { ...absent, epoch: 8, state: 'filling', filling };
const readyWith = (one: FinishedResult): EntryFacts => ({ ...absent, state: 'ready', result: one });
const failed = (retryAfter: number, epoch = 8): EntryFacts => ({
  ...absent,
  epoch,
  state: 'failed',
  failure: failedUntil(retryAfter),
});

const fill: Decision = { do: 'fill', takeover: false };
const takeOver: Decision = { do: 'fill', takeover: true };
const wait: Decision = { do: 'wait' };
const take = (one: FinishedResult): Decision => ({ do: 'take', result: one });
const fail = (retryAfter: number): Decision => ({ do: 'fail', failure: failedUntil(retryAfter) });

/** A state, and what follows where its filler is alive and where it is dead. */
const table: readonly (readonly [name: string, facts: EntryFacts, alive: Decision, dead: Decision])[] = [
  ['absent', absent, fill, fill],
  ['absent, of a key that nobody asked for', absentEntry('k'), fill, fill],
  ['filling', fillingNow, wait, takeOver],
  ['filling, with a result that is too old', { ...fillingNow, result: expired }, wait, takeOver],
  ['filling, with a result that is fresh', { ...fillingNow, result }, wait, takeOver],
  ['ready for good', readyWith(result), take(result), take(result)],
  ...[now + 1].map((expires) => {
    const fresh = { ...result, expires };
    return ['ready, in its last millisecond', readyWith(fresh), take(fresh), take(fresh)] as const;
  }),
  ['ready, and expired at this moment', readyWith(expired), fill, fill],
  ['ready, of an older generation', readyWith({ ...invalidated, expires: null }), fill, fill],
  ['ready, without a result', { ...absent, state: 'ready' }, fill, fill],
  ['failed, not to be tried yet', failed(now + 1), fail(now + 1), fail(now + 1)],
  ['failed, to be tried again from this moment', failed(now), fill, fill],
  ['failed long ago', failed(1), fill, fill],
  [
    'failed in an older generation',
    { ...failed(now + 1), failure: { ...failedUntil(now + 1), generation: generation - 1 } },
    fill,
    fill,
  ],
  ['failed, with a result that is fresh', { ...failed(1), result }, fill, fill],
  ['failed, without a failure', { ...absent, state: 'failed' }, fill, fill],
];

describe('decide', () => {
  test.each(table)('%s: the state of the key alone says what to do', (_, facts, alive, dead) => {
    expect(decide({ facts, fillerAlive: true, generation, now })).toEqual(alive);
    expect(decide({ facts, fillerAlive: false, generation, now })).toEqual(dead);
  });

  test.each(
    table.filter(([name, { state }]) => state !== 'failed' && name !== 'ready, and expired at this moment'),
  )('%s: whether one has waited changes nothing', (_, facts, alive, dead) => {
    for (const waitedFor of [1, 7, 8, 9]) {
      expect(decide({ facts, fillerAlive: true, generation, now }, waitedFor)).toEqual(alive);
      expect(decide({ facts, fillerAlive: false, generation, now }, waitedFor)).toEqual(dead);
    }
  });

  test.each([
    ['the one that was waited for', 8, fail(1)],
    ['a later one than was waited for', 5, fail(1)],
    ['an earlier one than was waited for', 9, fill],
  ])('a failure of %s, long ago', (_, waitedFor, expected) => {
    const known = { facts: failed(1, 8), fillerAlive: false, generation, now };
    expect(decide(known, waitedFor)).toEqual(expected);
  });

  test.each([
    ['the epoch that was waited for', 7, expired, take(expired)],
    ['a later epoch than was waited for', 5, expired, take(expired)],
    ['an earlier epoch than was waited for', 8, expired, fill],
    ['the epoch that was waited for, but invalidated', 7, invalidated, fill],
  ])('a result of %s, that has expired', (_, waitedFor, one, expected) => {
    const known = { facts: readyWith(one), fillerAlive: false, generation, now };
    expect(decide(known, waitedFor)).toEqual(expected);
  });

  test('a result of a generation that this process does not know yet is good', () => {
    const later = { ...result, generation: generation + 1 };
    expect(decide({ facts: readyWith(later), fillerAlive: false, generation, now })).toEqual(take(later));
  });
});

describe('tooOld', () => {
  test.each(['filling', 'ready', 'failed'] as const)('hands out what has expired while %s', (state) => {
    expect(tooOld({ facts: { ...absent, state, result: expired }, generation })).toBe(expired);
  });

  test('never hands out what was invalidated, and nothing where nothing is', () => {
    expect(tooOld({ facts: readyWith(invalidated), generation })).toBeUndefined();
    expect(tooOld({ facts: absent, generation })).toBeUndefined();
  });
});

test('a result is fresh before the millisecond in which it expires, in its generation and in no later one', () => {
  const good = { ...result, expires: 500 };
  expect([499, 500, 501].map((time) => isFresh(good, generation, time))).toEqual([true, false, false]);
  expect([2, 3, 4].map((one) => isFresh(result, one, now))).toEqual([true, true, false]);
});
