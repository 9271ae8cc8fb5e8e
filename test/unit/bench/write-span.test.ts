import { expect, test } from 'vitest';
import { WriteSpan } from '../../../bench/compare/write-span.ts';

const span = (...stats: readonly (readonly [czxid: bigint, ctime: number])[]): number | undefined => {
  const made = new WriteSpan();
  for (const [czxid, ctime] of stats) made.add({ czxid, ctime });
  return made.znodesPerSecond;
};

test('the znodes of the first transaction, which began before its stamp, do not count', () => {
  expect(span([7n, 1000], [7n, 1000], [8n, 1500], [8n, 1500], [9n, 2000])).toBe(3);
});

test('the order in which a tree is read does not matter', () => {
  expect(span([9n, 2000], [8n, 1500], [7n, 1000], [8n, 1500], [7n, 1000])).toBe(3);
});

test('a tree that was written at once has no rate', () => {
  expect(span([7n, 1000], [7n, 1000])).toBeUndefined();
  expect(span()).toBeUndefined();
});
