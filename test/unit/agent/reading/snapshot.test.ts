import { expect, test } from 'vitest';
import { compareSnapshots, makeSnapshot, type Snapshot } from '../../../../src/agent/reading/snapshot.ts';

const facts = { environment: 'e', znode: '/e', revision: 1, commit: null };
const snapshotWith = (oids: Readonly<Record<string, string>>, changed = {}): Snapshot =>
  makeSnapshot(
    { ...facts, ...changed },
    Object.entries(oids).map(([path, content]) => [path, { data: Buffer.from(content), content }]),
  );

test('the digest depends on paths and contents, and on nothing else', () => {
  const one = snapshotWith({ '': 'e', a: '1', b: '2' });
  expect(snapshotWith({ b: '2', '': 'e', a: '1' }, { revision: 9, commit: 'c', znode: '/x' }).digest).toBe(
    one.digest,
  );
  const others = [
    { '': 'e', a: '2', b: '1' },
    { '': 'e', a: '1' },
    { '': 'e', a: '1', c: '2' },
    { '': 'x', a: '1', b: '2' },
  ];
  expect(new Set([one, ...others.map((oids) => snapshotWith(oids))].map(({ digest }) => digest)).size).toBe(
    5,
  );
});

test('what was added, changed and removed is told apart, sorted', () => {
  const before = snapshotWith({ '': 'e', a: '1', b: '1', z: '1', y: '1' });
  const after = snapshotWith({ '': 'e', b: '2', c: '1', a: '1', ab: '1' });
  expect(compareSnapshots(before, after)).toEqual({
    added: ['ab', 'c'],
    changed: ['b'],
    removed: ['y', 'z'],
  });
});
