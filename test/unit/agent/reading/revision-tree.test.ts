import { expect, test } from 'vitest';
import {
  compareRevisionTrees,
  makeRevisionTree,
  type RevisionTree,
} from '../../../../src/agent/reading/revision-tree.ts';

const facts = { environment: 'e', znode: '/e', revision: 1, commit: null };
const treeWith = (oids: Readonly<Record<string, string>>, changed = {}): RevisionTree =>
  makeRevisionTree(
    { ...facts, ...changed },
    Object.entries(oids).map(([path, content]) => [path, { data: Buffer.from(content), content }]),
  );

test('the digest depends on paths and contents, and on nothing else', () => {
  const one = treeWith({ '': 'e', a: '1', b: '2' });
  expect(treeWith({ b: '2', '': 'e', a: '1' }, { revision: 9, commit: 'c', znode: '/x' }).digest).toBe(
    one.digest,
  );
  const others = [
    { '': 'e', a: '2', b: '1' },
    { '': 'e', a: '1' },
    { '': 'e', a: '1', c: '2' },
    { '': 'x', a: '1', b: '2' },
  ];
  expect(new Set([one, ...others.map((oids) => treeWith(oids))].map(({ digest }) => digest)).size).toBe(5);
});

test('what was added, changed and removed is told apart, sorted', () => {
  const before = treeWith({ '': 'e', a: '1', b: '1', z: '1', y: '1' });
  const after = treeWith({ '': 'e', b: '2', c: '1', a: '1', ab: '1' });
  expect(compareRevisionTrees(before, after)).toEqual({
    added: ['ab', 'c'],
    changed: ['b'],
    removed: ['y', 'z'],
  });
});
