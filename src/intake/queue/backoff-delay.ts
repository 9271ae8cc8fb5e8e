import { isEnclosureError } from '../../base/enclosure-error.ts';

export interface Backoff {
  /** How often a request is tried in all. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * How long to wait after the attempt with this number (from 1) failed: doubling up to a bound, of which a random half
 * is taken off, so that environments which failed together do not come back together. Pure; `random` is in [0, 1).
 */
export function backoffDelay(attempt: number, backoff: Backoff, random: number): number {
  const full = Math.min(backoff.maxDelayMs, backoff.firstDelayMs * 2 ** (attempt - 1));
  return Math.round(full * (1 - random / 2));
}

/**
 * Whether a request that failed with this error is tried again. An error that is not ours says nothing about itself, so it
 * is given the benefit of the doubt. Pure.
 */
export function mayPass(error: unknown): boolean {
  return !isEnclosureError(error) || error.retryable;
}
