import { isEnclosureError } from '../../base/enclosure-error.ts';

/**
 * Whether a request that failed with this error is tried again. An error that is not ours says nothing about itself, so it
 * is given the benefit of the doubt. Pure.
 */
export function mayPass(error: unknown): boolean {
  return !isEnclosureError(error) || error.retryable;
}
