import { abortedError } from './enclosure-error.ts';

/**
 * Waits for a promise until the signal fires, and throws the signal's error then. What was waited for goes on, and its
 * failure is nobody's.
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(abortedError(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    // By hand: the option `signal` of addEventListener leaves listeners behind on a signal made by AbortSignal.any.
    signal.removeEventListener('abort', stop);
  }
}
