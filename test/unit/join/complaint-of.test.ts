import { expect, test } from 'vitest';
import { complaintOf } from '../../../src/join/complaint-of.ts';

const failed = { code: 3, signal: null, late: false, lastLines: ['one', 'two'] };

test('a command that succeeded is not complained of, whatever it says', () => {
  expect(complaintOf('the check', { ...failed, code: 0 }, 1000)).toBeUndefined();
});

test('what it said last is the reason, as one line', () => {
  expect(complaintOf('the check', failed, 1000)).toBe('one; two');
  expect(complaintOf('the check', { ...failed, lastLines: ['bad\u0007'] }, 1000)).toBe('bad\\u{7}');
});

test('of one that said nothing, and of one that was late, it is told how it ended', () => {
  const silent = { ...failed, lastLines: [] };
  expect(complaintOf('the check', silent, 1000)).toBe('the check failed with exit code 3');
  expect(complaintOf('the check', { ...silent, code: null, signal: 'SIGSEGV' }, 1000)).toBe(
    'the check was ended by SIGSEGV',
  );
  const late = { ...failed, code: null, signal: 'SIGKILL', late: true } as const;
  expect(complaintOf('the command', late, 60_000)).toBe('the command did not end within 1 min 0 s: one; two');
  // It was killed the moment that it ended well.
  expect(complaintOf('the command', { ...silent, code: 0, late: true }, 500)).toBe(
    'the command did not end within 500 ms',
  );
});

test('it has 300 characters at most: whole lines of the end, and of a long last line the beginning', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  const reason = complaintOf('the check', { ...failed, lastLines: lines }, 1000) ?? '';
  expect(reason.length).toBeLessThanOrEqual(300);
  expect(reason).toMatch(/^line \d+; .*; line 49$/);
  const long = complaintOf('the check', { ...failed, lastLines: ['a', 'b'.repeat(400)] }, 1000) ?? '';
  expect(long).toBe(`${'b'.repeat(299)}…`);
  const late = { ...failed, late: true, lastLines: ['b'.repeat(400)] };
  expect(complaintOf('the check', late, 1000)).toHaveLength(300);
});
