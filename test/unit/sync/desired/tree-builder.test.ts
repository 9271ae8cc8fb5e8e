import type { TreeEntry } from '../../../../src/model/ports/git-repository.ts';
import { expect, test } from 'vitest';
import { ignoring } from '../../../../src/sync/desired/ignore-file.ts';
import type { MappingRules } from '../../../../src/sync/desired/mapping-rules.ts';
import { TreeBuilder } from '../../../../src/sync/desired/tree-builder.ts';

const rules: MappingRules = {
  layout: 'file',
  unsupported: 'refuse',
  ignores: () => false,
  pointers: new Set(),
};

function build(entries: readonly TreeEntry[], changed: Partial<MappingRules> = {}): TreeBuilder {
  const builder = new TreeBuilder({ ...rules, ...changed }, 'empty');
  for (const entry of entries) builder.add(entry);
  return builder;
}

const directory = (path: string): TreeEntry => ({ type: 'directory', oid: 'tree', path });
const file = (path: string, size = 1): TreeEntry => ({ type: 'file', oid: `oid of ${path}`, path, size });

test('parents come before children, and directories that hold nothing do not come at all', () => {
  const { tree } = build([
    directory('a'),
    directory('a/b'),
    file('a/b/c'),
    directory('d'),
    directory('d/e'),
    file('f'),
  ]);
  expect([...tree.keys()]).toEqual(['', 'a', 'a/b', 'a/b/c', 'f']);
  expect(tree.get('a')).toEqual({ content: 'empty', size: 0 });
});

test('the data of a directory may come after what it holds', () => {
  const { tree } = build([directory('a'), file('a/-b'), file('a/.znode', 7)]);
  expect([...tree]).toEqual([
    ['', { content: 'empty', size: 0 }],
    ['a', { content: 'oid of a/.znode', size: 7 }],
    ['a/-b', { content: 'oid of a/-b', size: 1 }],
  ]);
});

test('a file and a directory of one name collide', () => {
  // Git refuses such a tree at the fetch; it must not pass even if it came.
  expect(build([file('a'), directory('a'), file('a/b')]).problems).toMatchObject([{ code: 'collision' }]);
  expect(build([file('a'), file('a')]).problems).toMatchObject([{ code: 'collision' }]);
});

test('several files are told for the directory that holds them, also when its directories come between', () => {
  const entries = [directory('a'), file('a/1'), directory('a/b'), file('a/b/1'), file('a/2'), file('a/3')];
  const { problems } = build(entries, { layout: 'directory' });
  expect(problems.map(({ code }) => code)).toEqual(['several-files', 'several-files']);
  expect(problems[0]?.message).toContain('"1" and "2"');
  expect(problems[1]?.message).toContain('"1" and "3"');
});

test('nothing below an ignored directory is looked at', () => {
  const entries = [directory('a'), file('a/😀'), directory('a/b'), file('a/b/c'), file('ab')];
  const { tree, problems } = build(entries, { ignores: ignoring('a/\n') });
  expect([...tree.keys()]).toEqual(['', 'ab']);
  expect(problems).toEqual([]);
});

test('only blobs of the size of an LFS pointer are candidates', () => {
  const { candidates } = build([file('a', 119), file('b', 120), file('c', 199), file('d', 200)]);
  expect([...candidates]).toEqual(['oid of b', 'oid of c']);
});
