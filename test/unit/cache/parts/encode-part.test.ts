import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodePart, encodePart, itemsOf } from '../../../../src/cache/parts/encode-part.ts';

const anyItems = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });
const asBuffers = (items: readonly Uint8Array[]): Buffer[] => items.map((item) => Buffer.from(item));
const small = asBuffers([Buffer.from('one'), Buffer.alloc(0), Buffer.from([0, 0, 0, 1, 255])]);

/** A part, made without the code under test. */
function partOf(body: string, count: number): Buffer {
  const bytes = Buffer.from(body.replaceAll(' ', ''), 'hex');
  const header = Buffer.from(`45435031${count.toString(16).padStart(8, '0')}`, 'hex');
  return Buffer.concat([header, createHash('sha256').update(bytes).digest(), bytes]);
}

describe('encodePart', () => {
  test('lays out magic, count, digest and items', async () => {
    const { bytes, count, sha256 } = await encodePart(small);
    expect(bytes).toEqual(partOf('00000003 6f6e65 00000000 00000005 00000001ff', 3));
    expect(count).toBe(3);
    expect(sha256).toBe(bytes.subarray(8, 40).toString('hex'));
  });

  test('has taken the items when it returns: they may be changed while it hashes', async () => {
    const item = Buffer.from('one');
    const encoding = encodePart([item]);
    item.fill(0);
    expect(await decodePart((await encoding).bytes)).toEqual([Buffer.from('one')]);
  });
});

describe('decodePart', () => {
  test('gives back any items, with and without an expected digest', async () => {
    await fc.assert(
      fc.asyncProperty(anyItems, async (items) => {
        const part = await encodePart(items);
        expect(await decodePart(part.bytes)).toEqual(asBuffers(items));
        expect(await decodePart(part.bytes, part)).toEqual(asBuffers(items));
        expect([...itemsOf(part.bytes)]).toEqual(asBuffers(items));
      }),
    );
  });

  test.each([
    ['no item at all', []],
    ['one item without a byte', [Buffer.alloc(0)]],
    ['many items without a byte', Array.from({ length: 1000 }, () => Buffer.alloc(0))],
    ['an item larger than a part usually is', [Buffer.alloc(3 * 1024 * 1024, 7)]],
  ])('gives back a part with %s', async (_, items) => {
    const part = await encodePart(items);
    expect((await decodePart(part.bytes, part)) ?? []).toHaveLength(items.length);
    expect(Buffer.concat((await decodePart(part.bytes)) ?? []).equals(Buffer.concat(items))).toBe(true);
  });

  test('knows every damage of a single byte', async () => {
    const { bytes } = await encodePart(small);
    const taken: string[] = [];
    for (const at of bytes.keys()) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(bytes.readUInt8(at) ^ flip, at);
        if ((await decodePart(damaged)) !== undefined) taken.push(`byte ${at} ^ ${flip}`);
      }
    }
    expect(taken).toEqual([]);
  });

  test('knows every cut, and bytes too many', async () => {
    const { bytes } = await encodePart(small);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(await decodePart(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(await decodePart(Buffer.concat([bytes, Buffer.alloc(1)]))).toBeUndefined();
    expect(await decodePart(Buffer.concat([bytes, bytes]))).toBeUndefined();
  });

  test('knows a whole part that is not the expected one', async () => {
    const other = await encodePart([Buffer.from('another')]);
    const { bytes } = await encodePart(small);
    expect(await decodePart(bytes, other)).toBeUndefined();
    expect(await decodePart(bytes, { sha256: '' })).toBeUndefined();
  });

  test.each([
    ['says one item too few', '00000000 00000000', 1],
    ['says one item too many', '00000000 00000000', 3],
    ['says that there are items where nothing is', '', 1],
    ['says that there is none where one is', '00000000', 0],
    ['has an item that ends after the part', '00000002 61', 1],
    ['ends in the middle of a length', '00000000 0000', 1],
    ['has a length that no buffer can have', 'ffffffff 61', 1],
  ])('knows a part whose digest is right and that %s', async (_, body, count) => {
    const bytes = partOf(body, count);
    expect(await decodePart(bytes)).toBeUndefined();
    expect(() => [...itemsOf(bytes)]).toThrow(RangeError);
  });
});
