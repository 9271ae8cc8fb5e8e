import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Writer, fieldLength, textLength } from '../../../../../src/zookeeper/wire/protocol/writer.ts';
import { bool, buffer, frame, int, long, text } from './jute-bytes.ts';

describe('Writer', () => {
  test('writes every kind of field behind the length of the frame', () => {
    const expected = frame(
      int(-3),
      long(-9n),
      bool(true),
      text('/größe'),
      buffer(Uint8Array.of(7)),
      Buffer.from([5]),
    );
    const writer = new Writer(expected.length - 4);
    writer.int(-3);
    writer.long(-9n);
    writer.bool(true);
    writer.string('/größe');
    writer.bytes(Uint8Array.of(7));
    writer.raw(Uint8Array.of(5));
    expect(writer.finish().equals(expected)).toBe(true);
  });

  test('writes any text like Node does, whatever its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
        const writer = new Writer(fieldLength(textLength(value)));
        writer.string(value);
        expect(writer.finish().equals(frame(text(value)))).toBe(true);
      }),
    );
  });

  test('a lone surrogate becomes U+FFFD, and its length is counted so', () => {
    const value = '/a\uD800';
    const writer = new Writer(fieldLength(textLength(value)));
    writer.string(value);
    expect(writer.finish().subarray(8).toString()).toBe('/a\uFFFD');
  });

  test('puts a prefix and a text into one string', () => {
    const writer = new Writer(fieldLength(7));
    writer.prefixed(Buffer.from('/root'), '/a');
    expect(writer.finish().equals(frame(text('/root/a')))).toBe(true);
  });

  test('a wrong length is noticed, be it too short or too long', () => {
    const short = new Writer(5);
    expect(() => short.string('abc')).toThrow(RangeError);
    const umlaut = new Writer(5);
    expect(() => umlaut.string('ä')).toThrow(RangeError);
    const wide = new Writer(9);
    wide.string('abc');
    expect(() => wide.finish()).toThrow('wrote 11 bytes into a frame of 13');
  });
});
