import { expect, test } from 'vitest';
import { readSeconds } from '../../../bench/compare/read-seconds.ts';

test('the time of reading stands in the last line of a verbose run', () => {
  const stderr =
    'verify: connect\nverify: read 12000 of 105001\n' +
    'verify: took 1.020 s (connect 0.031 s, lock 0.012 s, fetch 0.060 s, compare 0.210 s, read 0.440 s)\n';
  expect(readSeconds(stderr)).toBe(0.44);
});

test('a run that does not tell is an error that shows what it said', () => {
  expect(() => readSeconds('all is well\n')).toThrow(/"read 0\.440 s" among them; found: all is well/u);
  expect(() => readSeconds('x: took 1.0 s (connect 0.1 s)')).toThrow(/found: x: took/u);
});
