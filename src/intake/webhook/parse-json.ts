/**
 * JSON within bounds. How deep it nests is counted on the bytes before it is parsed, because everything that walks a
 * parsed value recursively (a schema, a log) would end the process on a value that is a million levels deep. Fails with
 * `webhook-invalid`, without the parser's message: that one quotes the payload.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';

/** Real push payloads nest five levels deep. */
const maxDepth = 64;

export function parseJson(bytes: Uint8Array): unknown {
  if (nestsDeeperThan(maxDepth, bytes)) {
    throw new EnclosureError('webhook-invalid', 'the body nests too deep', {
      expected: `JSON of at most ${maxDepth} levels`,
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown;
  } catch {
    throw new EnclosureError('webhook-invalid', 'the body cannot be read', {
      expected: 'JSON in UTF-8 without a byte order mark',
    });
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** UTF-8 never uses these bytes inside a longer character, so bytes can be looked at one by one. */
function nestsDeeperThan(limit: number, bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1;
  }
  return false;
}
