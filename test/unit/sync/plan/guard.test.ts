import { describe, expect, test } from 'vitest';
import type { Step } from '../../../../src/model/plan.ts';
import type { Comparison } from '../../../../src/sync/plan/comparison.ts';
import { deleteLimit, guard, naming, type GuardInput } from '../../../../src/sync/plan/guard.ts';

const comparison: Comparison = {
  steps: [],
  drift: [],
  unchanged: 10,
  strays: [],
  ephemeral: [],
  notOwned: [],
  znodes: 10,
  owned: 10,
  unmanaged: [],
  foreignChildren: [],
};
const input: GuardInput = {
  environment: {
    name: 'production',
    znode: '/env',
    branch: 'main',
    directory: 'environments/production',
    maxDelete: { kind: 'share', share: 0.2 },
    prune: true,
  },
  commit: 'b'.repeat(40),
  previousCommit: 'a'.repeat(40),
  comparison,
  overrides: { allowDeletes: false, allowRewind: false, adopt: false },
  asked: { reason: 'push' },
  directory: 'directory',
  descent: 'descends',
  overlapping: [],
};
const deletes = (count: number): Step[] =>
  Array.from({ length: count }, (_, index) => ({
    action: 'delete',
    path: `x${index}`,
    bytes: 1,
    version: 0,
    previous: '1',
  }));
const codes = (change: Partial<GuardInput>): string[] =>
  guard({ ...input, ...change }).map(({ code }) => code);
const allowing = (override: keyof GuardInput['overrides']) => ({
  overrides: { ...input.overrides, [override]: true },
});

test('an ordinary plan is not refused', () => {
  expect(guard(input)).toEqual([]);
});

describe('F25: deletion on doubt', () => {
  test('a missing directory is refused, and may be overridden', () => {
    expect(codes({ directory: 'missing', comparison: { ...comparison, znodes: 1 } })).toEqual([
      'directory-missing',
    ]);
    expect(codes({ directory: 'missing', ...allowing('allowDeletes') })).toEqual([]);
  });

  test('an empty directory is refused', () => {
    expect(codes({ comparison: { ...comparison, znodes: 1 } })).toEqual(['directory-empty']);
  });

  test('deletions up to the limit pass, one more is refused with the numbers, the names and the command', () => {
    expect(codes({ comparison: { ...comparison, steps: deletes(2) } })).toEqual([]);
    const [refusal] = guard({ ...input, comparison: { ...comparison, steps: deletes(3) } });
    expect(refusal?.code).toBe('too-many-deletes');
    expect(refusal?.message).toBe(
      '3 of the 10 owned znodes would be deleted: /env/x0, /env/x1, /env/x2; the limit is 2 (maxDelete: 20%). ' +
        'If that is meant: enclosure sync production --allow-deletes',
    );
    expect(codes({ comparison: { ...comparison, steps: deletes(3) }, ...allowing('allowDeletes') })).toEqual(
      [],
    );
  });

  test('a limit is a share rounded up, or a count', () => {
    expect(deleteLimit({ kind: 'share', share: 0.2 }, 14)).toBe(3);
    expect(deleteLimit({ kind: 'share', share: 0.07 }, 100)).toBe(7);
    expect(deleteLimit({ kind: 'share', share: 0 }, 100)).toBe(0);
    expect(deleteLimit({ kind: 'count', count: 5 }, 3)).toBe(5);
  });
});

test('F45: a head that does not descend from the applied commit is refused, and may be overridden', () => {
  expect(codes({ descent: 'rewinds' })).toEqual(['rewind']);
  expect(codes({ descent: 'unknown' })).toEqual(['rewind']);
  expect(codes({ descent: 'rewinds', ...allowing('allowRewind') })).toEqual([]);
});

test('a root that two environments share is refused, and nothing overrides it', () => {
  const overrides = { allowDeletes: true, allowRewind: true, adopt: true };
  expect(codes({ overlapping: ['staging (/env/a)'], overrides })).toEqual(['shared-root']);
});

test('F26, F27: an ephemeral znode in the way is refused, and nothing overrides it', () => {
  const overrides = { allowDeletes: true, allowRewind: true, adopt: true };
  expect(codes({ comparison: { ...comparison, ephemeral: ['a'] }, overrides })).toEqual(['ephemeral']);
});

test('F29: a foreign child below a znode that is to go is refused', () => {
  expect(codes({ comparison: { ...comparison, foreignChildren: ['a/b'] } })).toEqual(['foreign-child']);
});

test('a znode with other data that was never ours is refused before --adopt', () => {
  expect(codes({ comparison: { ...comparison, notOwned: ['a'] } })).toEqual(['not-owned']);
  expect(codes({ comparison: { ...comparison, notOwned: ['a'] }, ...allowing('adopt') })).toEqual([]);
});

test('names twenty znodes, escaped, and counts the rest', () => {
  const paths = Array.from({ length: 23 }, (_, index) => `n${index}`);
  expect(naming('/r', paths)).toMatch(/^\/r\/n0, .*\/r\/n19 and 3 more$/);
  expect(naming('/', ['a\u202eb'])).toBe('/a\\u{202e}b');
});
