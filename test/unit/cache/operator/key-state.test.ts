import { expect, test } from 'vitest';
import { absentEntry, type EntryFacts } from '../../../../src/cache/coordination/parse-entry.ts';
import { keyStateOf } from '../../../../src/cache/operator/key-report.ts';

const result = { epoch: 1, token: 't', count: 3, bytes: 9, digest: 'd', expires: 100, generation: 2 };
const filling = { token: 't', owner: 'host:1', since: 1 };
const failure = { class: 'fill-failed', retryAfter: 100, generation: 1 };
const recordOf = (change: Partial<EntryFacts>): EntryFacts => ({ ...absentEntry('a'), ...change });
const known = { fillerAlive: false, generation: 2, now: 50 };

test.each([
  ['absent', {}, {}],
  ['ready', { state: 'ready', result }, {}],
  ['expired', { state: 'ready', result }, { now: 100 }],
  ['invalidated', { state: 'ready', result }, { generation: 3 }],
  ['invalidated', { state: 'ready', result }, { generation: 3, now: 100 }],
  ['filling', { state: 'filling', filling, result }, { fillerAlive: true }],
  ['abandoned', { state: 'filling', filling, result }, {}],
  ['failed', { state: 'failed', failure, result }, {}],
  ['failed', { state: 'failed', failure, result }, { now: 100 }],
] as const)('it is %s: %j with %j', (state, facts, change) => {
  expect(keyStateOf({ ...known, ...change, facts: recordOf(facts) })).toBe(state);
});
