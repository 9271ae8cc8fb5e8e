/**
 * The end of an invocation, seen from inside. Lambda ends a function in the middle of whatever it does; so a run is told
 * to stop before that, early enough to release its lock and to close its sessions.
 */
import { EnclosureError } from '../base/enclosure-error.ts';

export interface InvocationDeadline {
  /** Fires with `aborted`, which is retryable, when the invocation must come to its end. */
  readonly signal: AbortSignal;
  leftMs(): number;
  clear(): void;
}

/** What an orderly end may take: a session that is closed while its server is gone needs three seconds. */
const longestMarginMs = 10_000;

/** @param remainingMs what Lambda leaves the invocation, all in all */
export function invocationDeadline(remainingMs: number): InvocationDeadline {
  const ms = Math.max(0, remainingMs - Math.min(longestMarginMs, remainingMs / 10));
  const end = performance.now() + ms;
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(
      new EnclosureError('aborted', 'the time of the function was up before it was done', {
        next: 'What has landed stays, and the next attempt goes on from there. If it happens again, give the function more time.',
      }),
    );
  const timer = setTimeout(stop, ms);
  return {
    signal: controller.signal,
    leftMs: () => Math.max(0, end - performance.now()),
    clear: () => clearTimeout(timer),
  };
}
