import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader } from '../../../../../src/zookeeper/wire/protocol/reader.ts';
import { bool, buffer, int, long, text } from './jute-bytes.ts';

const violated = expect.objectContaining({ code: 'protocol-violated' }) as Error;

describe('Reader', () => {
  test('reads every kind of field', () => {
    const reader = new Reader(
      Buffer.concat([int(-7), bool(true), long(-2n), text('größe'), buffer(Uint8Array.of(1, 2)), int(9)]),
    );
    expect(reader.int()).toBe(-7);
    expect(reader.bool()).toBe(true);
    expect(reader.long()).toBe(-2n);
    expect(reader.string()).toBe('größe');
    expect([...reader.bytes()]).toEqual([1, 2]);
    expect(reader.remaining).toBe(4);
    expect(reader.int()).toBe(9);
    reader.end();
  });

  test('reads any long, whatever its size', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(new Reader(long(value)).long()).toBe(value);
      }),
    );
    for (const value of [0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 32n, -1n]) {
      expect(new Reader(long(value)).long()).toBe(value);
    }
  });

  test('reads a time in milliseconds as a number', () => {
    expect(new Reader(long(1_790_000_000_123n)).safeLong()).toBe(1_790_000_000_123);
  });

  test('a null buffer and a null string read as empty ones', () => {
    expect(new Reader(int(-1)).bytes()).toHaveLength(0);
    expect(new Reader(int(-1)).string()).toBe('');
    expect(new Reader(int(-1)).count(4)).toBe(0);
  });

  test('no field reads past the end', () => {
    expect(() => new Reader(Buffer.alloc(3)).int()).toThrow(violated);
    expect(() => new Reader(Buffer.alloc(7)).long()).toThrow(violated);
    expect(() => new Reader(Buffer.alloc(0)).bool()).toThrow(violated);
    expect(() => new Reader(Buffer.concat([int(5), Buffer.from('four')])).string()).toThrow(violated);
    expect(() => new Reader(Buffer.concat([int(5), Buffer.from('four')])).skipString()).toThrow(violated);
    expect(() => new Reader(int(0x7fff_ffff)).bytes()).toThrow(violated);
  });

  test('a list that cannot fit is refused before memory is taken for it', () => {
    expect(() => new Reader(int(0x7fff_ffff)).count(4)).toThrow(violated);
  });

  test('what follows the last field is an error', () => {
    expect(() => new Reader(Buffer.alloc(1)).end()).toThrow(violated);
  });
});
