import { expect, test } from 'vitest';
import { once } from '../../../src/base/once.ts';

test('the work is done once, whoever asks and when', async () => {
  let times = 0;
  const get = once(() => Promise.resolve((times += 1)));
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  expect(await get()).toBe(1);
});

test('a failure is told to those who wait for it, and the next one tries again', async () => {
  let times = 0;
  const get = once(() => {
    times += 1;
    return times === 1 ? Promise.reject(new Error('once')) : Promise.resolve(times);
  });
  const both = await Promise.allSettled([get(), get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await get()).toBe(2);
});
