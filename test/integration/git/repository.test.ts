import type { GitRepository, TreeDifference, TreeEntry } from '../../../src/model/ports/git-repository.ts';
import { openRepository, type OpenRepositoryOptions } from '../../../src/git/open-repository.ts';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitFixture, type GitFixture } from '../../../harness/git-fixture.ts';

let fixture: GitFixture;
let cacheDirectory: string;
const opened: GitRepository[] = [];

beforeEach(async () => {
  fixture = await createGitFixture();
  cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (repository) => await repository.close()));
  await fixture.remove();
  await rm(cacheDirectory, { recursive: true, force: true });
});

async function open(options: Partial<OpenRepositoryOptions> = {}): Promise<GitRepository> {
  const repository = await openRepository({
    url: fixture.url,
    cacheDirectory,
    allowLocal: true,
    baseEnv: { PATH: process.env['PATH'] },
    ...options,
  });
  opened.push(repository);
  return repository;
}

async function collect<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}

test('the head of a branch is fetched, and what changed is fetched again', async () => {
  const repository = await open();
  const first = fixture.commit({ 'a.txt': 'one' });
  expect(await repository.fetchBranch('main')).toBe(first);
  const second = fixture.commit({ 'a.txt': 'two' });
  expect(await repository.fetchBranch('main')).toBe(second);
  expect(await repository.hasCommit(first)).toBe(true);
  expect(await repository.fetchBranch('main')).toBe(second);
});

test('only the branch asked for is fetched, and no tags', async () => {
  const repository = await open();
  const main = fixture.commit({ 'a.txt': 'one' });
  const other = fixture.commit({ 'b.txt': 'other' }, { branch: 'other', orphan: true });
  fixture.git(['tag', 'v1', main]);
  await repository.fetchBranch('main');
  expect(await repository.hasCommit(other)).toBe(false);
  const [cache = ''] = (await readdir(cacheDirectory)).filter((name) => name.endsWith('.git'));
  expect(await readdir(join(cacheDirectory, cache, 'refs', 'tags')).catch(() => [])).toEqual([]);
});

test('a cache serves the next process, and an unreachable remote does not take it away', async () => {
  const commit = fixture.commit({ 'a.txt': 'one' });
  await (await open()).fetchBranch('main');
  const later = await open();
  expect(await later.hasCommit(commit)).toBe(true);
  await fixture.remove();
  await expect(later.fetchBranch('main')).rejects.toMatchObject({
    code: 'repository-unreachable',
    retryable: true,
  });
  expect(await later.hasCommit(commit)).toBe(true);
});

test('commits are found by their id and by the beginning of it, and by nothing else', async () => {
  const repository = await open();
  const commit = fixture.commit({ 'a.txt': 'one' });
  await repository.fetchBranch('main');
  expect(await repository.resolveCommit(commit)).toBe(commit);
  expect(await repository.resolveCommit(commit.slice(0, 10))).toBe(commit);
  expect(await repository.resolveCommit(commit.toUpperCase())).toBe(commit);
  expect(await repository.resolveCommit('0123456789')).toBeUndefined();
  expect(await repository.resolveCommit('0'.repeat(39) + '1')).toBeUndefined();
  for (const name of ['main', 'HEAD', 'abc', '--all', `${commit}~1`, '', 'refs/heads/main']) {
    await expect(repository.resolveCommit(name), name).rejects.toMatchObject({ code: 'ref-refused' });
  }
});

test('a commit that the branch does not hold is fetched by its id where the remote gives it', async () => {
  const repository = await open();
  fixture.commit({ 'a.txt': 'one' });
  const other = fixture.commit({ 'b.txt': 'other' }, { branch: 'other', orphan: true });
  await repository.fetchBranch('main');
  expect(await repository.resolveCommit(other)).toBe(other);
  expect(await repository.treeAt(other, '')).toBeDefined();
});

test('ancestors and the commits between two are known', async () => {
  const repository = await open();
  const first = fixture.commit({ a: '1' }, { message: 'first' });
  const second = fixture.commit({ a: '2' }, { message: 'second\n\nbody', author: 'Zoë' });
  const third = fixture.commit({ a: '3' }, { message: 'third\twith a tab' });
  await repository.fetchBranch('main');
  expect(await repository.isAncestor(first, third)).toBe(true);
  expect(await repository.isAncestor(third, third)).toBe(true);
  expect(await repository.isAncestor(third, first)).toBe(false);
  expect(await repository.commitsBetween(first, third, 10)).toEqual({
    commits: [
      { sha: third, author: 'A', subject: 'third with a tab' },
      { sha: second, author: 'Zoë', subject: 'second' },
    ],
    cut: 0,
  });
  expect(await repository.commitsBetween(null, third, 1)).toMatchObject({
    commits: [{ sha: third }],
    cut: 2,
  });
  expect(await repository.commitsBetween(third, third, 5)).toEqual({ commits: [], cut: 0 });
  await expect(repository.isAncestor('1'.repeat(40), third)).rejects.toMatchObject({
    code: 'commit-missing',
  });
});

test('the tree of a directory is found, and what is no directory is not', async () => {
  const repository = await open();
  const commit = fixture.commit({ 'env/prod/a': '1', 'env/file': '2', 'with space/ä/b': '3' });
  await repository.fetchBranch('main');
  const id = (path: string): string => fixture.git(['rev-parse', `${commit}:${path}`]);
  expect(await repository.treeAt(commit, '')).toBe(id(''));
  expect(await repository.treeAt(commit, 'env/prod')).toBe(id('env/prod'));
  expect(await repository.treeAt(commit, 'with space/ä')).toBe(id('with space/ä'));
  for (const path of ['env/none', 'env/file', 'env/file/x', 'none'])
    expect(await repository.treeAt(commit, path)).toBeUndefined();
  await expect(repository.treeAt('1'.repeat(40), '')).rejects.toMatchObject({ code: 'commit-missing' });
});

test('trees are listed and compared', async () => {
  const repository = await open();
  const before = fixture.commit({ 'a/one': '1', 'a/two': '22', c: 'x' });
  const after = fixture.commit({ 'a/one': '1', 'a/two': '333', 'c/d': 'x' });
  await repository.fetchBranch('main');
  const [treeBefore = '', treeAfter = ''] = [
    await repository.treeAt(before, ''),
    await repository.treeAt(after, ''),
  ];
  const entries: TreeEntry[] = await collect(repository.listTree(treeBefore));
  expect(entries.map(({ type, path, size }) => [type, path, size])).toEqual([
    ['directory', 'a', undefined],
    ['file', 'a/one', 1],
    ['file', 'a/two', 2],
    ['file', 'c', 1],
  ]);
  const differences: TreeDifference[] = await collect(repository.diffTrees(treeBefore, treeAfter));
  const seen = differences.map(({ before: was, after: is }) => [was?.path ?? is?.path, was?.type, is?.type]);
  expect(seen).toEqual([
    ['a', 'directory', 'directory'],
    ['a/two', 'file', 'file'],
    ['c', 'file', undefined],
    ['c', undefined, 'directory'],
    ['c/d', undefined, 'file'],
  ]);
});

test('F40: attributes and line endings do not change the bytes', async () => {
  const repository = await open();
  const data = 'a\r\n$Id$\r\nä\n';
  const commit = fixture.commit({
    '.gitattributes': '* text eol=lf ident working-tree-encoding=UTF-16\n',
    file: data,
  });
  await repository.fetchBranch('main');
  const id = fixture.git(['rev-parse', `${commit}:file`]);
  const objects = repository.openContents();
  for await (const object of objects.read([id])) expect(object.data?.toString()).toBe(data);
  await objects.close();
});

test.each(['sha1', 'sha256'] as const)(
  'F41: empty, binary and large files come out byte for byte (%s)',
  async (format) => {
    await fixture.remove();
    fixture = await createGitFixture(format);
    const repository = await open();
    const binary = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 256));
    const large = Buffer.alloc(1_048_549, 'x');
    const contents = [Buffer.alloc(0), Buffer.from('\n'), binary, large, Buffer.of(0)];
    const commit = fixture.commit(Object.fromEntries(contents.map((data, index) => [`f${index}`, data])));
    expect(await repository.fetchBranch('main')).toBe(commit);
    expect(repository.objectFormat).toBe(format);
    const oids = contents.map((_, index) => fixture.git(['rev-parse', `${commit}:f${index}`]));
    const objects = repository.openContents();
    // Few go through the process that stays, many through one that buffers: both must give the same.
    for (const repeat of [1, 40]) {
      const wanted = Array.from({ length: repeat }, () => oids).flat();
      let index = 0;
      for await (const { id, data } of objects.read(wanted)) {
        expect(id).toBe(wanted[index]);
        expect(data?.equals(contents[index % contents.length] ?? Buffer.alloc(0))).toBe(true);
        index += 1;
      }
      expect(index).toBe(wanted.length);
    }
    expect([...(await objects.sizes(new Set(oids))).values()]).toEqual(contents.map(({ length }) => length));
    await objects.close();
  },
);

test('reading thousands of objects can be left early, limited, and fed slowly', async () => {
  const repository = await open();
  const files = Object.fromEntries(
    Array.from({ length: 6_000 }, (_, index) => [`f${index}`, `content ${index}`]),
  );
  const commit = fixture.commit(files);
  await repository.fetchBranch('main');
  const tree = await repository.treeAt(commit, '');
  const oids = (await repository.readTree(tree ?? '')).map(({ oid }) => oid);
  const objects = repository.openContents();

  for (const count of [10, 6_000]) {
    let seen = 0;
    for await (const object of objects.read(oids.slice(0, count))) {
      seen += 1;
      if (object.id === oids[4]) break;
    }
    expect(seen).toBe(5);
  }
  async function* slowly(): AsyncGenerator<string> {
    for (const [index, id] of oids.entries()) {
      if (index % 500 === 0) await new Promise(setImmediate);
      yield id;
    }
  }
  let index = 0;
  for await (const { id, data, size } of objects.read(slowly(), { keep: 10 })) {
    expect(id).toBe(oids[index]);
    expect(data === undefined).toBe(size > 10);
    index += 1;
  }
  expect(index).toBe(6_000);
  expect((await objects.sizes(new Set(oids))).size).toBe(6_000);
  async function* failing(): AsyncGenerator<string> {
    yield* oids.slice(0, 100);
    throw new Error('the source failed');
  }
  await expect(async () => {
    for await (const object of objects.read(failing())) expect(object.size).toBeGreaterThan(0);
  }).rejects.toThrow('the source failed');
  // An unread answer must not be taken for the next one's.
  expect(await repository.hasCommit(commit)).toBe(true);
  await objects.close();
});

test('whatever takes long can be stopped', async () => {
  const repository = await open();
  const commit = fixture.commit({ a: '1' });
  await repository.fetchBranch('main');
  const tree = (await repository.treeAt(commit, '')) ?? '';
  const signal = AbortSignal.abort();
  await expect(repository.fetchBranch('main', { signal })).rejects.toMatchObject({ code: 'aborted' });
  await expect(repository.treeAt(commit, '', { signal })).rejects.toMatchObject({ code: 'aborted' });
  await expect(repository.isAncestor(commit, commit, { signal })).rejects.toMatchObject({ code: 'aborted' });
  await expect(collect(repository.listTree(tree, { signal }))).rejects.toMatchObject({ code: 'aborted' });
});

test('the cache belongs to us alone and holds packs, not loose objects', async () => {
  const repository = await open();
  for (let index = 0; index < 3; index += 1) {
    fixture.commit({ a: String(index) });
    await repository.fetchBranch('main');
  }
  const [cache = ''] = (await readdir(cacheDirectory)).filter((name) => name.endsWith('.git'));
  const objects = await readdir(join(cacheDirectory, cache, 'objects'));
  expect(objects.toSorted()).toEqual(['info', 'pack']);
  expect(await readFile(join(cacheDirectory, cache, 'config'), 'utf8')).toContain('unpackLimit = 1');
});

test('packs are joined when there are many of them', async () => {
  const repository = await open();
  const commits: string[] = [];
  for (let index = 0; index < 54; index += 1) {
    commits.push(fixture.commit({ a: String(index) }));
    await repository.fetchBranch('main');
  }
  const [cache = ''] = (await readdir(cacheDirectory)).filter((name) => name.endsWith('.git'));
  const packs = (await readdir(join(cacheDirectory, cache, 'objects', 'pack'))).filter((name) =>
    name.endsWith('.pack'),
  );
  expect(packs.length).toBeLessThan(20);
  for (const commit of commits) expect(await repository.hasCommit(commit)).toBe(true);
});
