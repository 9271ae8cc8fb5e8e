import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRepository } from '../../../../src/git/open-repository.ts';
import type { GitRepository } from '../../../../src/model/ports/git-repository.ts';
import type { Mapping } from '../../../../src/model/state.ts';
import { desiredChanges } from '../../../../src/sync/desired/desired-changes.ts';
import { type DesiredSnapshot, desiredTree } from '../../../../src/sync/desired/desired-tree.ts';
import { createGitFixture, type GitFixture } from '../../../../harness/git-fixture.ts';

const empty = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

let fixture: GitFixture;
let repository: GitRepository;
let cacheDirectory: string;

beforeEach(async () => {
  fixture = await createGitFixture();
  cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  const baseEnv = { PATH: process.env['PATH'] };
  repository = await openRepository({ url: fixture.url, cacheDirectory, allowLocal: true, baseEnv });
});

afterEach(async () => {
  await repository.close();
  await fixture.remove();
  await rm(cacheDirectory, { recursive: true, force: true });
});

async function snapshot(mapping: Partial<Mapping> = {}): Promise<DesiredSnapshot> {
  const commit = await repository.fetchBranch('main');
  return await desiredTree(repository, {
    commit,
    mapping: { directory: '', layout: 'file', unsupported: 'refuse', ...mapping },
  });
}

/** path -> size, in the tree's order. */
function sizes({ tree }: DesiredSnapshot): [string, number][] {
  return [...tree].map(([path, { size }]) => [path, size]);
}

test('layout file: files are znodes, directories are znodes without data, and .znode gives a directory its data', async () => {
  fixture.commit({
    'env/b/.znode': 'data of b',
    'env/b/-first': 'x',
    'env/a': '12',
    'env/c/d/e': '',
    other: 'x',
  });
  const result = await snapshot({ directory: 'env' });
  expect(result).toMatchObject({ found: 'directory', problems: [], warnings: [] });
  expect(sizes(result)).toEqual([
    ['', 0],
    ['a', 2],
    ['b', 9],
    ['b/-first', 1],
    ['c', 0],
    ['c/d', 0],
    ['c/d/e', 0],
  ]);
  expect(result.tree.get('c')).toEqual({ content: empty, size: 0 });
  expect(result.tree.get('c/d/e')).toEqual({ content: empty, size: 0 });
});

test('layout directory: a directory has the data of its one file, whatever its name', async () => {
  fixture.commit({ 'a/whatever 😀': '12', 'a/b/c/value.json': '{}', 'a/d/.gitkeep': '' });
  expect(sizes(await snapshot({ layout: 'directory' }))).toEqual([
    ['', 0],
    ['a', 2],
    ['a/b', 0],
    ['a/b/c', 2],
    ['a/d', 0],
  ]);
});

test('layout directory: two files in one directory are an error that names both', async () => {
  fixture.commit({ 'a/one': '1', 'a/sub/x': '', 'a/two': '2', 'b/one': '1' });
  const { problems } = await snapshot({ layout: 'directory' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: 'several-files' });
  for (const part of ['"a"', '"one"', '"two"']) expect(problems[0]?.message).toContain(part);
});

test('files of git and of ourselves are never synced, and only .gitkeep makes a directory a znode', async () => {
  fixture.commit({
    'a/.gitkeep': '',
    'b/.gitignore': '*',
    'c/.gitattributes': '* text',
    'd/e/.gitkeep': 'not empty',
    'f/.enclosureignore': 'x',
    'f/x': 'only the one at the top counts',
    '.gitignore': 'a',
  });
  expect(sizes(await snapshot()).map(([path]) => path)).toEqual(['', 'a', 'd', 'd/e', 'f', 'f/x']);
});

test('.enclosureignore leaves out what it names, with the syntax of gitignore and case distinct', async () => {
  fixture.commit({
    'env/.enclosureignore': '*.md\n!keep.md\n/secret/\n# comment\ndocs\n',
    'env/README.md': 'x',
    'env/README.MD': 'x',
    'env/keep.md': 'x',
    'env/secret/a': 'x',
    'env/sub/secret/a': 'x',
    'env/docs/deep/a': 'x',
    'env/only/a.md': 'x',
  });
  expect(sizes(await snapshot({ directory: 'env' })).map(([path]) => path)).toEqual([
    '',
    'README.MD',
    'keep.md',
    'sub',
    'sub/secret',
    'sub/secret/a',
  ]);
});

test('a directory that is missing is told apart from one that holds nothing', async () => {
  fixture.commit({ 'env/.gitignore': '', file: '' });
  expect(await snapshot({ directory: 'env' })).toMatchObject({
    found: 'directory',
    tree: new Map([['', { content: empty, size: 0 }]]),
  });
  expect(await snapshot({ directory: 'none' })).toMatchObject({ found: 'missing', tree: new Map() });
  expect(await snapshot({ directory: 'file' })).toMatchObject({ found: 'missing' });
});

test.each([
  ['emoji-😀', 'outside the basic multilingual plane', 6],
  ['ä\u0001', 'control character', 2],
  ['private-\ue000', 'private use', 8],
  ['replaced-\ufffd', 'U+FFF0', 9],
])('F35: the name %j is refused with its place', async (name, reason, offset) => {
  fixture.commit({ [`dir/${name}`]: 'x', 'dir/fine': 'y' });
  const { problems } = await snapshot();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: 'invalid-name' });
  expect(problems[0]?.message).toContain(reason);
  expect(problems[0]?.message).toContain(`at byte ${offset}`);
  expect(problems[0]?.message).toContain('directory "dir"');
  expect(problems[0]?.message).not.toMatch(/[\p{Cc}\ue000\ufffd]/u);
});

test('F35: a name that is not UTF-8 is refused with its bytes and the place of the first wrong one', async () => {
  const blob = fixture.blob('x');
  const inner = fixture.rawTree([
    { mode: '100644', name: Buffer.from('caf\xe9', 'latin1'), oid: blob },
    { mode: '100644', name: 'fine', oid: blob },
  ]);
  fixture.commitTree(fixture.rawTree([{ mode: '40000', name: 'dïr', oid: inner }]));
  const { problems } = await snapshot();
  expect(problems).toMatchObject([{ code: 'invalid-name' }]);
  expect(problems[0]?.message).toContain(String.raw`"caf\xe9" in directory "dïr"`);
  expect(problems[0]?.message).toContain('at byte 3');
});

test('F35: a directory with an illegal name is told once, however much it holds, and not when nothing in it is synced', async () => {
  const blob = fixture.blob('x');
  const bad = Buffer.from([0xff, 0xfe]);
  const inner = fixture.rawTree([
    { mode: '100644', name: 'a', oid: blob },
    { mode: '100644', name: 'b', oid: blob },
  ]);
  const harmless = fixture.rawTree([{ mode: '100644', name: '.gitignore', oid: blob }]);
  fixture.commitTree(
    fixture.rawTree([
      { mode: '100644', name: 'ok', oid: blob },
      { mode: '40000', name: '😀', oid: harmless },
      { mode: '40000', name: bad, oid: inner },
    ]),
  );
  const result = await snapshot();
  expect(result.problems).toHaveLength(1);
  expect(result.problems[0]?.message).toContain(String.raw`"\xff\xfe" in the environment's directory`);
  expect([...result.tree.keys()]).toEqual(['', 'ok']);
});

test('F35: an illegal name may be left out by .enclosureignore', async () => {
  fixture.commit({ 'dir/😀': 'x', a: 'y', '.enclosureignore': 'dir/😀\n' });
  expect(await snapshot()).toMatchObject({ problems: [] });
});

test('of many problems the first are named and the rest is counted', async () => {
  fixture.commit(Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}😀`, 'x'])));
  const { problems } = await snapshot();
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)).toEqual({ code: 'invalid-name', message: 'and 30 more of this kind' });
});

test('F37: names that differ in case or in their Unicode form only are different znodes', async () => {
  const names = ['Key', 'key', '\u00e9', 'e\u0301'];
  fixture.commit(Object.fromEntries(names.map((name, index) => [`${name}/x`, String(index)])));
  const { tree, problems } = await snapshot();
  expect(problems).toEqual([]);
  expect(new Set(tree.keys())).toEqual(new Set(['', ...names.flatMap((name) => [name, `${name}/x`])]));
});

test('F38: symbolic links are refused by name and never followed', async () => {
  fixture.commit({
    'a/environ': { symlink: '/proc/self/environ' },
    'a/passwd': { symlink: '/etc/passwd' },
    'a/up': { symlink: '..' },
    'a/loop': { symlink: 'loop' },
    'a/.znode': { symlink: '/etc/passwd' },
    'a/.gitignore': { symlink: '/etc/passwd' },
    'a/fine': 'x',
  });
  const refused = await snapshot();
  expect(refused.problems.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'unsupported'));
  expect(refused.problems[0]?.message).toContain('is a symbolic link');
  const skipped = await snapshot({ unsupported: 'skip' });
  expect(skipped.problems).toEqual([]);
  expect(skipped.warnings).toHaveLength(6);
  expect([...skipped.tree.keys()]).toEqual(['', 'a', 'a/fine']);
  expect(skipped.tree.get('a')).toEqual({ content: empty, size: 0 });
  expect(JSON.stringify([refused, skipped])).not.toContain(process.env['PATH']);
});

test('F39: a submodule is refused or skipped, and never fetched', async () => {
  fixture.commit({
    module: { submodule: '1'.repeat(40) },
    '.gitmodules': '[submodule "module"]\n\tpath = module\n\turl = https://example.invalid/x\n',
    a: 'x',
  });
  const { problems } = await snapshot();
  expect(problems).toMatchObject([{ code: 'unsupported' }]);
  expect(problems[0]?.message).toContain('"module" is a submodule');
  const skipped = await snapshot({ unsupported: 'skip' });
  expect(skipped.warnings).toEqual(['"module" is a submodule; it is left out']);
  expect(skipped.tree.has('module')).toBe(false);
});

test('F39: an LFS pointer is refused by name, and what only looks like one is not', async () => {
  const likeness = pointer.replace('version', 'Version');
  fixture.commit({
    'a/big.bin': pointer,
    'a/text': likeness,
    'a/long': `${pointer}${'x'.repeat(200)}`,
    'only/big': pointer,
  });
  const { problems } = await snapshot();
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining('"a/big.bin" is a pointer to Git LFS'),
    expect.stringContaining('"only/big" is a pointer to Git LFS'),
  ]);
  const skipped = await snapshot({ unsupported: 'skip' });
  expect(skipped).toMatchObject({
    problems: [],
    warnings: [expect.stringContaining('big.bin'), expect.stringContaining('only/big')],
  });
  expect([...skipped.tree.keys()]).toEqual(['', 'a', 'a/long', 'a/text']);
});

test('F41: a name longer than a file system takes is a warning', async () => {
  const name = 'ä'.repeat(130);
  fixture.commit({ [name]: 'x', [`${'d'.repeat(256)}/a`]: 'y' });
  const { problems, warnings, tree } = await snapshot();
  expect(problems).toEqual([]);
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).toContain('260 bytes');
  expect(tree.has(name)).toBe(true);
});

test('the executable bit makes no difference', async () => {
  fixture.commit({ a: { executable: 'x' }, b: 'x' });
  const { tree } = await snapshot();
  expect(tree.get('a')).toEqual(tree.get('b'));
});

test('changes come from the difference, with both sides and their sizes', async () => {
  const mapping: Mapping = { directory: 'env', layout: 'file', unsupported: 'refuse' };
  const before = fixture.commit({ 'env/a': '1', 'env/gone/x': '22', 'env/same': '', other: '1' });
  const after = fixture.commit({ 'env/a': '333', 'env/new/.znode': '4444', 'env/same': '', other: '2' });
  await repository.fetchBranch('main');
  const result = await desiredChanges(repository, { before, after, mapping });
  expect(result).toMatchObject({ problems: [], warnings: [] });
  const seen = [...(result?.changes ?? [])].map(([path, change]) => [
    path,
    change.before?.size,
    change.after?.size,
  ]);
  expect(seen).toEqual([
    ['a', 1, 3],
    ['gone', 0, undefined],
    ['gone/x', 2, undefined],
    ['new', undefined, 4],
  ]);
  expect((await desiredChanges(repository, { before, after: before, mapping }))?.changes.size).toBe(0);
});

test('what the difference does not tell is left to the full path', async () => {
  const mapping: Mapping = { directory: 'env', layout: 'file', unsupported: 'refuse' };
  const commits = [
    fixture.commit({ 'env/a': '1' }),
    fixture.commit({ 'env/a': '1', 'env/.enclosureignore': 'b' }),
    fixture.commit({ other: '1' }),
    fixture.commit({ 'env/a': '1', 'env/link': { symlink: 'a' } }),
    fixture.commit({ 'env/a': '1', 'env/😀': '' }),
    fixture.commit({ 'env/a': '1', 'env/😀/x': '' }),
    fixture.commit({ 'env/a': '1', 'env/big': pointer }),
  ];
  await repository.fetchBranch('main');
  const [before = '', ...others] = commits;
  for (const after of others) {
    expect(await desiredChanges(repository, { before, after, mapping })).toBeUndefined();
    expect(await desiredChanges(repository, { before: after, after: before, mapping })).toBeUndefined();
  }
});
