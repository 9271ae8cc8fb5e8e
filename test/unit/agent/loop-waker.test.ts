import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { LoopWaker } from '../../../src/agent/loop-waker.ts';

const never = new AbortController().signal;

test('what was set before somebody waits is not lost, and counts once', async () => {
  const wake = new LoopWaker();
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
  const wake = new LoopWaker();
  const leaving = new AbortController();
  const [one, other] = [wake.wait(leaving.signal), wake.wait(never)];
  leaving.abort();
  await one;
  wake.set();
  await other;
  await wake.wait(leaving.signal);
});

test('a limit ends the waiting, and nothing is left on the signal', async () => {
  const wake = new LoopWaker();
  await wake.wait(never, 1);
  expect(getEventListeners(never, 'abort')).toEqual([]);
});
