import { isEnclosureError } from '../../base/enclosure-error.ts';

export interface ErrorJson {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly expected?: string;
  readonly found?: string;
  readonly where?: string;
  readonly next?: string;
}

/** An error as `--json` prints it; `unexpected` is the code of what is no `EnclosureError`. */
export function errorJson(error: unknown): ErrorJson {
  if (!isEnclosureError(error)) {
    return {
      code: 'unexpected',
      message: error instanceof Error ? error.message : String(error),
      retryable: false,
    };
  }
  const { code, message, retryable, details } = error;
  return { code, message, retryable, ...details };
}
