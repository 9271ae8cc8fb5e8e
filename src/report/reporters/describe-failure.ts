import { isEnclosureError } from '../../base/enclosure-error.ts';

export interface DescribedFailure {
  /** `unexpected` for what is no error of ours. */
  readonly code: string;
  readonly error: string;
  /** Of an error that is not ours, since it is a fault of ours. */
  readonly stack?: string;
}

/** What may be said of an error in a log. */
export function describeFailure(error: unknown): DescribedFailure {
  if (isEnclosureError(error)) return { code: error.code, error: error.message };
  if (!(error instanceof Error)) return { code: 'unexpected', error: String(error) };
  return { code: 'unexpected', error: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
