import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkBranch } from '../../../../src/git/remote/check-branch.ts';

test.each(['main', 'release/1.2', 'feature/a-b_c', 'käse', 'a@b', 'v1.0'])(
  'the branch %s is allowed',
  (name) => {
    expect(checkBranch(name)).toBe(name);
  },
);

test.each([
  '',
  '-x',
  '--upload-pack=x',
  'a b',
  'a\nb',
  'a\0b',
  'a..b',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[b',
  'a\\b',
  '/a',
  'a/',
  'a//b',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a.',
  '@',
  'a@{1}',
  'HEAD',
  'refs/heads/main',
  '\ud800',
])('F42: the branch %j is refused', (name) => {
  expect(() => checkBranch(name)).toThrow(/not allowed/);
});

test('whatever is allowed, git allows', () => {
  const part = fc.string({
    unit: fc.constantFrom('a', 'é', '.', '/', '-', '@', '{', '~', ' ', '$', '(', '`', '😀'),
    maxLength: 6,
  });
  fc.assert(
    fc.property(part, (name) => {
      try {
        checkBranch(name);
      } catch {
        return;
      }
      expect(spawnSync('git', ['check-ref-format', `refs/heads/${name}`]).status, name).toBe(0);
    }),
    { numRuns: 300 },
  );
});
