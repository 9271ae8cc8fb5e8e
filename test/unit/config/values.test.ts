import { expect, test } from 'vitest';
import { parseAcl } from '../../../src/config/schema/parse-acl.ts';
import { parseDeleteLimit } from '../../../src/config/schema/parse-delete-limit.ts';
import { describeFound } from '../../../src/config/problems/describe-found.ts';
import { normaliseDirectory } from '../../../src/config/schema/normalise-directory.ts';
import { parseDuration } from '../../../src/config/schema/parse-duration.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['0s', 0],
  ['10', undefined],
  ['1.5s', undefined],
  ['-1s', undefined],
  ['10 s', undefined],
  ['1d', undefined],
  ['', undefined],
])('the duration %j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test('a limit is a share or a count', () => {
  expect(parseDeleteLimit('20%')).toEqual({ kind: 'share', share: 0.2 });
  expect(parseDeleteLimit('0.5%')).toEqual({ kind: 'share', share: 0.005 });
  expect(parseDeleteLimit('100%')).toEqual({ kind: 'share', share: 1 });
  expect(parseDeleteLimit(0)).toEqual({ kind: 'count', count: 0 });
});

test("permissions are ZooKeeper's bits", () => {
  const bits = (permissions: string): number => parseAcl({ scheme: 's', id: 'i', permissions }).permissions;
  expect(bits('cdrwa')).toBe(31);
  expect(['r', 'w', 'c', 'd', 'a'].map(bits)).toEqual([1, 2, 4, 8, 16]);
});

test.each([
  ['', ''],
  ['.', ''],
  ['./', ''],
  ['a/', 'a'],
  ['./a//b/./c/', 'a/b/c'],
  ['a\\b', 'a\\b'],
  ['..', undefined],
  ['a/../b', undefined],
  ['/a', undefined],
  ['a\u0000b', undefined],
])('the directory %j is %j', (directory, normal) => {
  expect(normaliseDirectory(directory)).toBe(normal);
});

test('what was found is shown only where the key holds no secret, escaped and shortened', () => {
  expect(describeFound(['branch'], 'a\u001b[31m')).toBe('"a\\u{1b}[31m"');
  expect(describeFound(['branch'], 'x'.repeat(100))).toBe(`"${'x'.repeat(80)}..."`);
  expect(describeFound(['environments', 'a', 'repository'], 'https://u:hunter2@h/x')).toBe('a URL');
  expect(describeFound(['credentials'], 'hunter2')).toBe('a string');
  expect(describeFound(['somewhere'], 'hunter2')).toBe('a string');
  expect(describeFound(['prune'], 1)).toBe('1');
  expect(describeFound(['prune'], {})).toBe('an empty map');
});
