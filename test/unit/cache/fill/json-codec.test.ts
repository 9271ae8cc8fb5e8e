import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonCodec } from '../../../../src/cache/fill/json-codec.ts';

test('every value that JSON has is read back, wherever in a buffer its bytes are', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const bytes = jsonCodec.encode(value);
      const within = Buffer.concat([Buffer.from('[,'), bytes, Buffer.from('}')]).subarray(2, -1);
      // JSON has one zero.
      expect(jsonCodec.decode(within)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(jsonCodec.decode(new Uint8Array(within))).toEqual(jsonCodec.decode(bytes));
    }),
  );
});

test('text is UTF-8, and half a surrogate pair survives', () => {
  expect(Buffer.from(jsonCodec.encode('日本')).toString()).toBe('"日本"');
  expect(jsonCodec.decode(jsonCodec.encode('\ud83d'))).toBe('\ud83d');
});

test.each([
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('s')],
  ['something that says it is nothing', { toJSON: () => undefined }],
])('%s is an error, and not left out', (_, value) => {
  expect(() => jsonCodec.encode(value)).toThrow(/JSON cannot represent/u);
});

test('what JSON itself refuses is an error', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  for (const value of [1n, cycle]) expect(() => jsonCodec.encode(value)).toThrow(TypeError);
});
