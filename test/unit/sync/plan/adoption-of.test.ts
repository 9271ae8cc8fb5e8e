import { expect, test } from 'vitest';
import type { LiveZnode } from '../../../../src/model/live-tree.ts';
import { compareFull, type FullInput } from '../../../../src/sync/plan/comparison.ts';

const want = (content: string) => ({ content, size: 1 });
const have = (content: string, change: Partial<LiveZnode> = {}): LiveZnode => ({
  content,
  size: 1,
  version: 0,
  children: 0,
  ephemeral: false,
  ...change,
});
const input: FullInput = {
  desired: new Map([
    ['', want('empty')],
    ['a', want('1')],
    ['b', want('2')],
    ['c', want('3')],
    ['e', want('4')],
  ]),
  live: new Map([
    ['', have('empty')],
    ['a', have('1')],
    ['b', have('other')],
    ['e', have('4', { ephemeral: true })],
    ['x', have('5')],
  ]),
  recorded: undefined,
  halfWritten: undefined,
  ownershipKnown: true,
  policy: { prune: true, drift: 'repair', settled: false },
};

test('a first deployment tells what is as in git, what is not, and what git does not have', () => {
  expect(compareFull(input).adoption).toEqual({ equal: ['', 'a'], different: ['b'], unmanaged: ['x'] });
});

test('there is nothing to adopt where nobody has been, and after the first deployment', () => {
  expect(compareFull({ ...input, live: undefined }).adoption).toBeUndefined();
  expect(compareFull({ ...input, live: new Map([['', have('empty')]]) }).adoption).toBeUndefined();
  expect(compareFull({ ...input, recorded: input.desired }).adoption).toBeUndefined();
  expect(compareFull({ ...input, halfWritten: input.desired }).adoption).toBeUndefined();
  expect(compareFull({ ...input, ownershipKnown: false }).adoption).toBeUndefined();
});
