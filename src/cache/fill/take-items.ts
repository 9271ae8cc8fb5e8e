/**
 * The items of a call, one after the other, until it ends or the signal fires. A call that never answers does not block
 * anything: it is asked to return, and abandoned.
 *
 * A call that has all its items ready would starve everything else in the process, including the session's pings; so there
 * is a pause now and then.
 *
 * The next page is requested while the items of the last one are encoded, sorted and written: where the call mostly waits
 * for the network, the cache costs almost no time. Never more than one page ahead, and never for single items.
 */
import { setImmediate } from 'node:timers/promises';
import { abortedError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Fill } from '../bulk-cache-options.ts';

const longestTurnMs = 20;
const stepsPerLook = 64;

/** @param pages the call returns arrays of items */
export async function* takeItems<T>(
  fill: Fill<T>,
  pages: boolean,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  throwIfAborted(signal);
  const source = fill(signal);
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const mayBeAhead = pages && Symbol.asyncIterator in source;
  // One listener for the whole call, and not one an item.
  let stop: () => void = () => undefined;
  const onAbort = (): void => stop();
  signal.addEventListener('abort', onAbort);
  const next = (): Promise<IteratorResult<T | readonly T[], unknown>> =>
    new Promise((resolve, reject) => {
      stop = () => reject(abortedError(signal));
      if (signal.aborted) stop();
      else Promise.resolve(iterator.next()).then(resolve, reject);
    });
  let turnBegan = performance.now();
  let steps = 0;
  const isLongTurn = (): boolean => {
    steps += 1;
    return steps % stepsPerLook === 0 && performance.now() - turnBegan >= longestTurnMs;
  };
  const pause = async (): Promise<void> => {
    await setImmediate();
    throwIfAborted(signal);
    turnBegan = performance.now();
  };
  let ended = false;
  const ask = (): ReturnType<typeof next> => {
    const answer = next();
    // One that failed has ended; one that does not answer has not.
    answer.then(
      ({ done }) => (ended = done === true),
      () => (ended = !signal.aborted),
    );
    return answer;
  };
  try {
    for (let answer = ask(); ;) {
      const result = await answer;
      if (result.done === true) return;
      // Pages may be empty, and may come endlessly.
      if (isLongTurn()) await pause();
      const items = pages ? (result.value as readonly T[]) : [result.value as T];
      const isAhead: boolean = mayBeAhead && Array.isArray(items);
      // A copy then: the call may use its array again once it is asked for more.
      const own = isAhead ? [...items] : items;
      if (isAhead) answer = ask();
      for (const item of own) {
        yield item;
        if (isLongTurn()) await pause();
      }
      if (!isAhead) answer = ask();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!ended) leave(iterator);
  }
}

/** Its failure is nobody's: there is one already, or nobody is interested any more. */
function leave(iterator: Iterator<unknown> | AsyncIterator<unknown>): void {
  try {
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  } catch {
    // A synchronous one.
  }
}
