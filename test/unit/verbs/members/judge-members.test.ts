import { describe, expect, test } from 'vitest';
import { judgeMembers, type LeastMembers } from '../../../../src/verbs/members/judge-members.ts';
import type { Member } from '../../../../src/model/member.ts';
import { commit, memberAt, previous, rejecting } from './examples-of-members.ts';

const all: LeastMembers = { kind: 'share', share: 1 };
const count = (amount: number): LeastMembers => ({ kind: 'count', count: amount });
const judge = (members: readonly Member[], min: LeastMembers = all) =>
  judgeMembers(members, { revision: 12 }, 12, min);
const names = (members: readonly Member[]): string[] => members.map(({ name }) => name);

test('a member counts that runs the revision or a later one', () => {
  const judged = judge([memberAt('a', 12), memberAt('b', 13), memberAt('c', 11), memberAt('d', null)]);
  expect(judged).toMatchObject({ verdict: 'waiting', needed: 4 });
  expect([names(judged.running), names(judged.lagging), judged.rejecting]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    [],
  ]);
  expect(judge([memberAt('a', 12), memberAt('b', 13)]).verdict).toBe('reached');
});

test('a member counts that runs the revision although it refused a later one', () => {
  const rejected = { revision: 13, commit: previous, reason: 'no', time: '' };
  const member = memberAt('a', 12, { status: 'rejected', rejected });
  expect(judge([member])).toMatchObject({ verdict: 'reached', rejecting: [] });
});

describe('the minimum', () => {
  const five = [
    memberAt('a', 12),
    memberAt('b', 12),
    memberAt('c', 12),
    memberAt('d', 11),
    memberAt('e', 11),
  ];

  test.each([
    [1, 5],
    [0.9, 5],
    [0.6, 3],
    [0.5, 3],
    [0.01, 1],
    [0, 0],
  ])('as a share of %d is rounded up to %d of five', (share, needed) => {
    const judged = judge(five, { kind: 'share', share });
    expect(judged).toMatchObject({ needed, verdict: needed <= 3 ? 'reached' : 'waiting' });
  });

  test('as a share is not rounded up by what floating point leaves over', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => memberAt(String(index), 12));
    expect(judge(hundred, { kind: 'share', share: 0.07 }).needed).toBe(7);
  });

  test('as a count waits for members that are still to join', () => {
    expect(judge(five, count(3)).verdict).toBe('reached');
    expect(judge(five.slice(0, 3), count(4)).verdict).toBe('waiting');
  });

  test('is not reached by nobody, unless nothing was asked for', () => {
    expect(judge([])).toMatchObject({ verdict: 'waiting', needed: 1 });
    expect(judge([], count(1)).verdict).toBe('waiting');
    expect(judge([], count(0)).verdict).toBe('reached');
    expect(judge([], { kind: 'share', share: 0 }).verdict).toBe('reached');
  });
});

describe('a rejection', () => {
  test('ends it when without that member there are not enough', () => {
    const judged = judge([memberAt('a', 12), memberAt('b', 11), rejecting('c')]);
    expect(judged.verdict).toBe('impossible');
    expect([names(judged.rejecting), names(judged.lagging)]).toEqual([['c'], ['b']]);
  });

  test('does not end it while the others may be enough', () => {
    const members = [memberAt('a', 12), memberAt('b', 11), rejecting('c')];
    expect(judge(members, count(2)).verdict).toBe('waiting');
    expect(judge(members, { kind: 'share', share: 0.6 }).verdict).toBe('waiting');
    expect(judge(members, count(1)).verdict).toBe('reached');
  });

  test('of a later revision is one of this too, of an earlier one is not', () => {
    expect(judge([rejecting('a', { revision: 13 })]).verdict).toBe('impossible');
    expect(judge([rejecting('a', { revision: 11, commit: previous })]).verdict).toBe('waiting');
  });
});

describe('a commit', () => {
  const judgeCommit = (members: readonly Member[], revision?: number) =>
    judgeMembers(members, { commit: commit.slice(0, 8) }, revision, all);

  test('is waited for while no deployment has made it a revision', () => {
    expect(judgeCommit([memberAt('a', 13)]).verdict).toBe('waiting');
    expect(judgeCommit([memberAt('a', 13)], 12).verdict).toBe('reached');
  });

  test('is known by what a member itself says, running it or refusing it', () => {
    expect(judgeCommit([memberAt('a', 12)]).verdict).toBe('reached');
    expect(judgeCommit([rejecting('a')]).verdict).toBe('impossible');
  });
});

test('who cannot be read is there and does not run it; what is not ephemeral is not there', () => {
  const judged = judge([
    memberAt('a', 12),
    { name: 'b', ephemeral: true },
    { ...memberAt('c', 11), ephemeral: false },
    { ...memberAt('d', 12), ephemeral: false },
  ]);
  expect(judged).toMatchObject({ verdict: 'waiting', needed: 2 });
  expect([names(judged.running), names(judged.lagging)]).toEqual([['a'], ['b']]);
});
