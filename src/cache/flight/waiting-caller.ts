/** A caller that waits until the result is there, its deadline passes, or it gives up. By the monotonic clock. */
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { GetOptions } from '../bulk-cache-options.ts';
import { shownKey } from '../shown-key.ts';

/** A longer timer would fire at once; for practical purposes this one never does. */
export const longestTimerMs = 2 ** 31 - 1;

export interface Caller {
  /** Fires with `cache-timeout` at the deadline, with the caller's reason, or when the cache is closed. */
  readonly signal: AbortSignal;
  /** Has to be called in the end. */
  end(): void;
}

/** @param key for the message */
export function waitingCaller(key: string, { signal, deadline }: GetOptions, closing: AbortSignal): Caller {
  throwIfAborted(closing);
  throwIfAborted(signal);
  const over = new AbortController();
  const onClosing = (): void => over.abort(closing.reason);
  const onAbort = (): void => over.abort(signal?.reason);
  closing.addEventListener('abort', onClosing);
  signal?.addEventListener('abort', onAbort);
  const timer =
    deadline === undefined || deadline > longestTimerMs
      ? undefined
      : setTimeout(() => over.abort(tooLate(key, deadline)), deadline);
  return {
    signal: over.signal,
    end() {
      // What is still waited for on this caller's behalf, nobody wants any more.
      over.abort();
      clearTimeout(timer);
      closing.removeEventListener('abort', onClosing);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function tooLate(key: string, deadline: number): EnclosureError {
  return new EnclosureError('cache-timeout', 'the result was not there in time', {
    where: shownKey(key),
    expected: `an end within ${deadline} ms`,
    next: 'Ask again, since a call that is under way goes on, or allow more time.',
  });
}
