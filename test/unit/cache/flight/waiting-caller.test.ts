import { getEventListeners } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { waitingCaller } from '../../../../src/cache/flight/waiting-caller.ts';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';

const fakeTimers = (): void => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
};
const closed = new EnclosureError('aborted', 'the cache was closed');
const never = new AbortController().signal;

describe('waitingCaller', () => {
  test('ends at the deadline, and says so', () => {
    fakeTimers();
    const caller = waitingCaller('2026-11', { deadline: 500 }, never);
    vi.advanceTimersByTime(499);
    expect(caller.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(caller.signal.reason).toMatchObject({
      code: 'cache-timeout',
      details: { where: '2026-11', expected: 'an end within 500 ms' },
    });
  });

  test.each([undefined, Infinity, 2 ** 31, Number.MAX_SAFE_INTEGER])(
    'has no deadline where it is later than a timer can be: %s',
    (deadline) => {
      fakeTimers();
      const options = deadline === undefined ? {} : { deadline };
      const caller = waitingCaller('k', options, never);
      vi.advanceTimersByTime(60_000);
      expect(caller.signal.aborted).toBe(false);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test.each([0, -5])('ends at once where the deadline is over: %s', (deadline) => {
    fakeTimers();
    const caller = waitingCaller('k', { deadline }, never);
    vi.advanceTimersToNextTimer();
    expect(caller.signal.reason).toMatchObject({ code: 'cache-timeout' });
  });

  test('ends with the reason of the caller, or with that of the cache', () => {
    const own = new AbortController();
    const left = waitingCaller('k', { signal: own.signal }, never);
    own.abort('enough');
    expect(left.signal.reason).toBe('enough');
    const closing = new AbortController();
    const sentAway = waitingCaller('k', { signal: never }, closing.signal);
    closing.abort(closed);
    expect(sentAway.signal.reason).toBe(closed);
  });

  test('does not begin to wait after the caller left, or the cache was closed', () => {
    const wait = (signal: AbortSignal, closing: AbortSignal) => () => waitingCaller('k', { signal }, closing);
    expect(wait(AbortSignal.abort('enough'), never)).toThrow(
      expect.objectContaining({ code: 'aborted', cause: 'enough' }),
    );
    expect(wait(never, AbortSignal.abort(closed))).toThrow(closed);
  });

  test('leaves no timer and no listener behind', () => {
    fakeTimers();
    const signals = [new AbortController().signal, new AbortController().signal] as const;
    const [signal, closing] = signals;
    const listeners = (): number[] => signals.map((one) => getEventListeners(one, 'abort').length);
    const callers = [1, 2, 3].map(() => waitingCaller('k', { signal, deadline: 500 }, closing));
    expect([vi.getTimerCount(), ...listeners()]).toEqual([3, 3, 3]);
    for (const caller of callers) caller.end();
    expect([vi.getTimerCount(), ...listeners()]).toEqual([0, 0, 0]);
    // What still goes on for them, nobody wants any more.
    expect(callers.every((caller) => caller.signal.aborted)).toBe(true);
  });
});
