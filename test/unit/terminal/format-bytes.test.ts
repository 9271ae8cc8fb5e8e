import { expect, test } from 'vitest';
import { type ExitCode, worstExitCode } from '../../../src/terminal/exit-code.ts';
import { formatBytes, formatDuration, formatTime } from '../../../src/terminal/format-bytes.ts';
import { cutTo, shortCommit } from '../../../src/terminal/shown-path.ts';

test('bytes, durations, times and commits read well at their limits', () => {
  expect([0, 1023, 1024, 1_048_575, 1_048_576].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1024.0 KiB',
    '1.0 MiB',
  ]);
  expect([0, 999, 1000, 59_949, 59_950, 125_000].map(formatDuration)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '1 min 0 s',
    '2 min 5 s',
  ]);
  expect(formatTime('2026-03-01T12:00:00.999+02:00')).toBe('2026-03-01 10:00:00Z');
  expect(formatTime('\u0007')).toBe('\\u{7}');
  expect(shortCommit(null)).toBe('none');
});

test('a text is cut to its width, with an ellipsis in it', () => {
  expect(cutTo('abcdef', 6)).toBe('abcdef');
  expect(cutTo('abcdef', 5)).toBe('abcd…');
  expect(cutTo('abcdef', 1)).toBe('…');
  expect(cutTo('abcdef', 0)).toBe('');
  expect(cutTo('abcdef', -3)).toBe('');
});

test.each<[ExitCode[], ExitCode]>([
  [[], 0],
  [[0, 0], 0],
  [[0, 4], 4],
  [[4, 3], 3],
  [[3, 1, 4], 1],
  [[2, 0], 2],
])('of the exit codes %j the worst is %j', (codes, worst) => {
  expect(worstExitCode(codes)).toBe(worst);
});
