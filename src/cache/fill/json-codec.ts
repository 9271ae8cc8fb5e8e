import type { Codec } from '../contract.ts';

/** JSON values. A value that JSON has no text for is an error, and not left out. */
export const jsonCodec: Codec<unknown> = {
  encode(item) {
    const text = JSON.stringify(item) as string | undefined;
    if (text === undefined) throw new TypeError(`JSON has no text for a value of type ${typeof item}`);
    return Buffer.from(text);
  },
  decode: (bytes) =>
    JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as unknown,
};
