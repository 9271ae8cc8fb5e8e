import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  entryPaths,
  isKeyDigest,
  keyDigest,
  namespacePaths,
} from '../../../../src/cache/coordination/entry-paths.ts';

/** Any text, of few units, so that equal beginnings and halves of pairs are frequent. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x61, 0xd83d, 0xde00, 0xfffd)), {
    maxLength: 6,
  })
  .map((units) => String.fromCharCode(...units));

const anyUnicode = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })))
  .map((points) => String.fromCodePoint(...points));

describe('keyDigest', () => {
  test('is what sha256sum says', () => {
    const key = 'Bestellungen/2026-11 · 日本 😀';
    const said = execFileSync('sha256sum', { input: key, encoding: 'utf8' });
    expect(keyDigest(key)).toBe(said.slice(0, 64));
  });

  test('is the SHA-256 of the UTF-8 of every text that has one', () => {
    fc.assert(
      fc.property(anyUnicode, (key) => {
        return keyDigest(key) === createHash('sha256').update(Buffer.from(key)).digest('hex');
      }),
    );
  });

  test('is no digest of two different texts, also where halves of surrogate pairs are in them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyText, { minLength: 2, maxLength: 50 }), (keys) => {
        expect(new Set(keys.map(keyDigest)).size).toBe(keys.length);
      }),
    );
    const similar = ['\ud83d', '\ude00', '\ud83d\ude00', '\ude00\ud83d', '\ufffd', '\ufffd\ufffd', ''];
    expect(new Set(similar.map(keyDigest)).size).toBe(similar.length);
    // The UTF-16 of the one is the UTF-8 of the other.
    expect(Buffer.from('\ud83d\u6180', 'utf16le')).toEqual(Buffer.from('=\u0600a'));
    expect(keyDigest('\ud83d\u6180')).not.toBe(keyDigest('=\u0600a'));
  });

  test('is known as a digest, as nothing else is', () => {
    fc.assert(fc.property(anyText, (key) => isKeyDigest(keyDigest(key)) && !isKeyDigest(key)));
    const digest = keyDigest('a');
    for (const other of [digest.toUpperCase(), digest.slice(1), `${digest}0`, `${digest}\n`, 'clock']) {
      expect(isKeyDigest(other)).toBe(false);
    }
  });
});

test('what belongs to a key lies below its namespace, and each fill has a znode of its own', () => {
  const namespace = namespacePaths('/enclosure', 'orders');
  expect(namespace).toEqual({
    namespace: '/enclosure/cache/orders',
    clock: '/enclosure/cache/orders/clock',
  });
  const { filler, ...paths } = entryPaths(namespace, 'd1');
  expect(paths).toEqual({
    entry: '/enclosure/cache/orders/d1',
    progress: '/enclosure/cache/orders/d1/progress',
    streams: '/enclosure/cache/orders/d1/streams',
  });
  expect([filler(1, 'a'), filler(12, 'b')]).toEqual([
    '/enclosure/cache/orders/d1/filler-1-a',
    '/enclosure/cache/orders/d1/filler-12-b',
  ]);
});
