import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Wake } from '../../../src/agent/wake.ts';

const never = new AbortController().signal;

test('what was set before somebody waits is not lost, and counts once', async () => {
  const wake = new Wake();
  wake.set();
  wake.set();
  await wake.wait(never);
  let woken = false;
  const second = wake.wait(never).then(() => (woken = true));
  await Promise.resolve();
  expect(woken).toBe(false);
  wake.set();
  await second;
});

test('everybody who waits is woken: one who gives up takes nothing from the others', async () => {
  const wake = new Wake();
  const leaving = new AbortController();
  const [one, other] = [wake.wait(leaving.signal), wake.wait(never)];
  leaving.abort();
  await one;
  wake.set();
  await other;
  await wake.wait(leaving.signal);
});

test('a limit ends the waiting, and nothing is left on the signal', async () => {
  const wake = new Wake();
  await wake.wait(never, 1);
  expect(getEventListeners(never, 'abort')).toEqual([]);
});
