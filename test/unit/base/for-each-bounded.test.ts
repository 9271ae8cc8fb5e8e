import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { forEachBounded } from '../../../src/base/for-each-bounded.ts';

test('every item is worked on once, and never more at a time than allowed', async () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const done: number[] = [];
  let [now, most] = [0, 0];
  await forEachBounded(items, 4, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await turn();
    done.push(item);
    now -= 1;
  });
  expect(done.toSorted((one, other) => one - other)).toEqual(items);
  expect(most).toBe(4);
});

test('after a failure nothing more is begun, and what is under way has ended when it is thrown', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = forEachBounded([1, 2, 3, 4, 5, 6], 3, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('the first failed');
    await turn();
    await turn();
    ended.push(item);
  });
  await expect(work).rejects.toThrow('the first failed');
  expect(begun).toEqual([1, 2, 3]);
  expect(ended).toEqual([2, 3]);
});

test('nothing to do is no work', async () => {
  await forEachBounded([], 3, async () => await Promise.reject(new Error('called')));
});
