import type { Codec } from '../contract.ts';
import { unencodable } from './as-fill-error.ts';

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
