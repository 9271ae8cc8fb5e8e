import { describe, expect, test } from 'vitest';
import { ReadQueue, maxReads, maxReplyBytes } from '../../../../src/zookeeper/tree/read-queue.ts';

function queueOf(count: number, bytes: number | undefined): ReadQueue {
  const queue = new ReadQueue();
  for (let index = 0; index < count; index += 1) queue.push({ op: 'getData', relative: `${index}`, bytes });
  return queue;
}

describe('ReadQueue', () => {
  test('gives every read once, in order, at most 200 at a time', () => {
    const queue = queueOf(10_001, 10);
    const seen: string[] = [];
    while (queue.length > 0) {
      const batch = queue.take();
      expect(batch.length).toBeLessThanOrEqual(maxReads);
      seen.push(...batch.map(({ relative }) => relative));
      if (seen.length === 5000) queue.push({ op: 'getData', relative: 'late', bytes: 1 });
    }
    expect(seen).toEqual([...Array.from({ length: 10_001 }, (_, index) => `${index}`), 'late']);
    expect(queue.take()).toEqual([]);
  });

  test('large values that are known are asked for few at a time', () => {
    expect(queueOf(100, 400_000).take()).toHaveLength(2);
  });

  test('a value larger than a whole reply should be is asked for alone', () => {
    expect(queueOf(3, maxReplyBytes * 2).take()).toHaveLength(1);
  });

  test('unknown sizes are guessed from what was seen, and never to be tiny', () => {
    const queue = queueOf(10_000, undefined);
    const cautious = queue.take().length;
    expect(cautious).toBeLessThan(maxReads);
    for (let index = 0; index < 10; index += 1) queue.saw(1_000_000);
    expect(queue.take()).toHaveLength(1);
    for (let index = 0; index < 1000; index += 1) queue.saw(100);
    expect(queue.take()).toHaveLength(cautious);
  });
});
