/** Turns the error of a fill into what its callers see: those of this process, those of others, and the log. */
import { EnclosureError, isEnclosureError, type ErrorCode } from '../../base/enclosure-error.ts';
import type { Failure } from '../coordination/parse-entry.ts';
import { shownKey } from '../shown-key.ts';

/** What a fill itself can fail with, in any process: for these the code says enough. */
const told: readonly ErrorCode[] = ['fill-timeout', 'item-unencodable', 'store-failed'];

/** An error of the call, of `sort` or of `clean` becomes `fill-failed`; an `EnclosureError` stays as it is. */
export function asFillError(error: unknown, what: string): EnclosureError {
  if (isEnclosureError(error)) return error;
  return new EnclosureError('fill-failed', `${what} failed`, {
    found:
      error instanceof Error ? `${error.name}: ${error.message}` : 'something other than an error was thrown',
    cause: error,
  });
}

/** As a code that other processes read: never a message, which may hold anything. */
export function classOf(error: EnclosureError): string {
  return error.code;
}

/** For callers that waited for a call of another process, or for one that failed a moment ago. */
export function errorOfFailure(
  { class: name, retryAfter }: Failure,
  key: string,
  now: number,
): EnclosureError {
  const code = told.find((one) => one === name) ?? 'fill-failed';
  const waitMs = Math.max(0, retryAfter - now);
  return new EnclosureError(code, 'the call that fills the cache failed, in this process or another', {
    where: shownKey(key),
    found: name,
    next:
      waitMs > 0
        ? `It is not repeated for ${waitMs} ms; the log of the process that made it says more.`
        : 'The log of the process that made it says more.',
  });
}

export function unencodable(error: unknown, index: number, what = 'item'): EnclosureError {
  return new EnclosureError('item-unencodable', 'an item of the call cannot be encoded', {
    where: `${what} ${index}`,
    expected:
      'a value that the codec of this cache accepts; without a codec, a value that JSON can represent',
    found: error instanceof Error ? error.message : 'a value that JSON cannot represent',
    cause: error,
  });
}

export function tooLong(key: string, limitMs: number): EnclosureError {
  return new EnclosureError('fill-timeout', 'the call that fills the cache took too long and was stopped', {
    where: shownKey(key),
    expected: `an end within ${limitMs} ms`,
    next: 'Find out why it takes so long, or raise fillTimeout.',
  });
}
