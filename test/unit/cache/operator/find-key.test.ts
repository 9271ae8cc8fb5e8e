import { expect, test } from 'vitest';
import { keyDigest } from '../../../../src/cache/coordination/entry-paths.ts';
import { findKey } from '../../../../src/cache/operator/find-key.ts';

const [a, b] = [keyDigest('a'), keyDigest('b')];
const find = (wanted: string, ...digests: string[]): string =>
  findKey(digests, wanted, '/enclosure/cache/orders');

test('a key is found by its text, by its digest and by 8 digits and more of it', () => {
  for (const wanted of ['a', a, a.slice(0, 63), a.slice(0, 8)]) expect(find(wanted, b, a)).toBe(a);
  expect(find('', keyDigest(''))).toBe(keyDigest(''));
  const other = `${a.slice(0, 63)}${a.endsWith('0') ? '1' : '0'}`;
  expect(find(a, other, a)).toBe(a);
});

test('a whole digest is the key of that digest, also where it is the text of another key', () => {
  expect(find(a, keyDigest(a), a)).toBe(a);
  expect(find(a, keyDigest(a), b)).toBe(keyDigest(a));
});

test('fewer digits, digits of no key, and another text are no key', () => {
  for (const wanted of [a.slice(0, 7), b, b.slice(0, 8), a.toUpperCase(), 'c\n']) {
    expect(() => find(wanted, a)).toThrow('the namespace has no such key (/enclosure/cache/orders)');
  }
  expect(() => find('c\n', a)).toThrow('found "c\\u{a}"');
});

test('a text that is also the beginning of another digest is not taken for either', () => {
  const text = a.slice(0, 8);
  expect(() => find(text, a, keyDigest(text))).toThrow(
    /this matches more than one key .*; found [0-9a-f]{64}, [0-9a-f]{64}$/,
  );
  const many = Array.from({ length: 8 }, (_, index) => `${text}${String(index).repeat(56)}`);
  expect(() => find(text, ...many)).toThrow(/ and 3 more$/);
});
