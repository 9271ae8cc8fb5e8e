import { expect, test } from 'vitest';
import { summarize } from '../../../../src/verbs/members/summarize.ts';
import { memberAt, rejecting } from './examples-of-members.ts';

const unreadable = { name: 'x', ephemeral: true };

test('members are counted by their standing to the applied revision', () => {
  const members = [
    memberAt('a', 12),
    memberAt('b', 13),
    memberAt('c', 11),
    memberAt('d', null),
    rejecting('e'),
    unreadable,
  ];
  expect(summarize(members, { revision: 12 })).toEqual({
    total: 6,
    current: 2,
    lag: 2,
    rejected: 1,
    unknown: 1,
  });
});

test('a znode that outlived its session is not taken for an instance that runs it', () => {
  const members = [{ ...memberAt('a', 12), ephemeral: false }];
  expect(summarize(members, { revision: 12 })).toMatchObject({ current: 0, unknown: 1 });
});

test('where nothing is deployed nobody lags', () => {
  const none = { total: 0, current: 0, lag: 0, rejected: 0, unknown: 0 };
  expect(summarize([], undefined)).toEqual(none);
  expect(summarize([memberAt('a', null)], undefined)).toEqual({ ...none, total: 1, current: 1 });
});
