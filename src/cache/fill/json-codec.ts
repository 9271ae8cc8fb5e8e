import type { Codec } from '../bulk-cache-options.ts';
import { unencodable } from './as-fill-error.ts';

/** JSON values. A value that JSON has no text for is an error, and not left out. */
export const jsonCodec: Codec<unknown> = {
  encode(item) {
    const text = JSON.stringify(item) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON cannot represent a value of type ${typeof item}`);
    return Buffer.from(text);
  },
  decode: (bytes) =>
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as unknown,
};

/** For what `clean` returns: an item that cannot be encoded is named by its number in the result. */
export function cleanedCodec<T>(codec: Codec<T>): Codec<T> {
  let index = 0;
  return {
    decode: (bytes) => codec.decode(bytes),
    encode(item) {
      try {
        index += 1;
        return codec.encode(item);
      } catch (error) {
        throw unencodable(error, index - 1, 'cleaned item');
      }
    },
  };
}
