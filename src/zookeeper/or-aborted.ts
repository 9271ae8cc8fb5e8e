import { abortedError } from '../model/errors.ts';

/**
 * Waits for a promise until the signal fires, and throws the signal's error then. What was waited for goes on, and its
 * failure is nobody's.
 */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  const listening = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(abortedError(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { signal: listening.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    listening.abort();
  }
}
