import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { measureCeiling } from '../../../bench/ceiling/measure-ceiling.ts';
import { kazooVersion } from '../../../bench/compare/machine.ts';
import { python } from '../../../bench/compare/track.ts';
import { createGitFixture, type FixtureFile, type GitFixture } from '../../../harness/git-fixture.ts';
import { openOfficialClient, type OfficialClient, type SeenZnode } from '../../../harness/official-client.ts';
import { projectRoot } from '../../../harness/project-root.ts';

interface Contestant {
  readonly name: string;
  readonly program: string;
  readonly options?: readonly string[];
  readonly keepsCommit?: boolean;
}

const noKazoo = kazooVersion() === undefined;
if (noKazoo) {
  console.warn(`contestants on kazoo are skipped: ${python} cannot import it; install python3-kazoo`);
}

const onKazoo: readonly Contestant[] = [
  { name: 'kazoo_git_diff.py', program: python, keepsCommit: true },
  { name: 'kazoo_git_diff.py', program: python, options: ['--tuned'], keepsCommit: true },
  { name: 'kazoo_read_tree.py', program: python },
  { name: 'kazoo_single.py', program: python },
];
const onNode: Contestant = { name: 'node-transactions.mjs', program: process.execPath };

const large = ['one', 'two', 'three', 'four', 'five', 'six'];

/** More transactions than are in flight, by number and by size, and names and bytes of all kinds. */
const first: Readonly<Record<string, FixtureFile>> = {
  ...Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`d${index % 30}/f${index}.txt`, `${index}\n`]),
  ),
  ...Object.fromEntries(large.map((name) => [`large/${name}`, name.padEnd(700_000, name)])),
  empty: '',
  'bytes/all': Uint8Array.from({ length: 256 }, (_, index) => index),
  'grüße/Ж.conf': 'utf-8',
  'lonely/inner/only': 'its directories go with it',
  'becomes-directory': 'a file',
  'becomes-file/inner': 'a file',
  executable: { executable: '#!/bin/sh\n' },
};

/** Znodes that come, change and go. */
const second = {
  files: {
    'd7/f7.txt': 'changed',
    'new/deep/file': 'new',
    'lonely/inner/only': null,
    'becomes-directory': null,
    'becomes-directory/inner': 'new',
    'becomes-file/inner': null,
    'becomes-file': 'a file now',
    'large/one': 'z'.repeat(700_000),
  },
  counts: { created: 4, updated: 4, deleted: 4 },
} as const;

const nothing = { created: 0, updated: 0, deleted: 0 };

describe.skipIf(noKazoo).each(onKazoo)('the contestant $name', itDoesTheWholeJob);
describe.each([onNode])('the contestant $name', itDoesTheWholeJob);

describe.skipIf(noKazoo)('the contestant that keeps its commit', () => {
  test('does not say that a commit is there when a transaction failed', async () => {
    const { git, run, client, commitZnode } = await prepare({ ...onKazoo[0] } as Contestant);
    git.commit(first);
    await run();
    await client.delete(commitZnode);
    // It takes the root for empty now, and every create fails.
    await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('NodeExists') });
    expect(await client.get(commitZnode)).toBeUndefined();
  });
});

test('the ceiling counts what it created and read, and leaves the tree of the workload', async () => {
  const client = await openOfficialClient(inject('zookeeper'));
  const root = `/ceiling-${randomUUID()}`;
  onTestFinished(async () => {
    await removeTree(client, root);
    await client.close();
  });
  const options = { files: 1010, root };
  const ceiling = await measureCeiling(inject('zookeeper'), options);
  expect(ceiling).toMatchObject({ root, znodes: 1010 + 51 });
  expect(ceiling.createsPerSecond).toBeGreaterThan(0);
  expect(ceiling.readsPerSecond).toBeGreaterThan(0);

  const tree = [...(await client.tree(root))].filter(([path]) => path !== '');
  const lengths = tree.map(([path, { data }]) => [path, data.length] as const);
  const wanted = Array.from({ length: 1010 }, (_, index) => {
    const directory = `d${String(Math.floor(index / 20)).padStart(5, '0')}`;
    return [[directory, 0] as const, [`${directory}/f${index % 20}.txt`, 200] as const];
  });
  expect(new Map(lengths)).toEqual(new Map(wanted.flat()));
  // A transaction that fails is noticed, although the header of its reply says that all is well.
  await expect(measureCeiling(inject('zookeeper'), options)).rejects.toThrow(
    'expected a result of kind 1; found -1',
  );
});

function itDoesTheWholeJob(contestant: Contestant): void {
  test('loads, changes and leaves alone, so that the tree equals that of git', async () => {
    const { git, run, client, root, commitZnode } = await prepare(contestant);
    const kept = async (): Promise<string | undefined> => (await client.get(commitZnode))?.data.toString();

    const firstCommit = git.commit(first);
    const wanted = treeOf(git);
    expect(await run()).toEqual({ ...nothing, created: wanted.size - 1 });
    expect(namesOf(await client.tree(root))).toEqual(wanted);
    expect(await kept()).toBe(contestant.keepsCommit === true ? firstCommit : undefined);

    const secondCommit = git.commit(second.files, { patch: true });
    expect(await run('--no-fetch')).toEqual(nothing);
    expect(await run()).toEqual(second.counts);
    const changed = await client.tree(root);
    expect(namesOf(changed)).toEqual(treeOf(git));
    expect(await kept()).toBe(contestant.keepsCommit === true ? secondCommit : undefined);

    expect(await run()).toEqual(nothing);
    expect(writersOf(await client.tree(root))).toEqual(writersOf(changed));
  });

  test('ends with an error where there is no such branch', async () => {
    const { run } = await prepare(contestant);
    await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('main') });
  });

  test('ends with an error where git holds what is no file', async () => {
    const { git, run, client, root } = await prepare(contestant);
    git.commit({ file: 'a file', link: { symlink: 'file' } });
    await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('120000') });
    expect((await client.tree(root)).has('link')).toBe(false);
  });
}

interface Prepared {
  readonly git: GitFixture;
  readonly client: OfficialClient;
  readonly root: string;
  readonly commitZnode: string;
  /** The whole program; what it counted. */
  readonly run: (...more: readonly string[]) => Promise<unknown>;
}

/** A repository without a commit, and a root that is not there yet. */
async function prepare({ name, program, keepsCommit, options: more = [] }: Contestant): Promise<Prepared> {
  const [git, client, directory] = await Promise.all([
    createGitFixture(),
    openOfficialClient(inject('zookeeper')),
    mkdtemp(join(tmpdir(), 'enclosure-contestant-')),
  ]);
  const root = `/contestant-${randomUUID()}`;
  const commitZnode = `${root}-commit`;
  onTestFinished(async () => {
    await removeTree(client, root);
    await removeTree(client, commitZnode);
    await client.close();
    await git.remove();
    await rm(directory, { recursive: true, force: true });
  });
  const options = {
    connect: inject('zookeeper'),
    url: git.url,
    clone: join(directory, 'clone.git'),
    branch: 'main',
    root,
    ...(keepsCommit === true && { 'commit-znode': commitZnode }),
  };
  const words = Object.entries(options).flatMap(([key, value]) => [`--${key}`, value]);
  const command = [join(projectRoot, 'bench/contestants', name), ...more, ...words];
  return {
    git,
    client,
    root,
    commitZnode,
    run: async (...last) => {
      const { stdout } = await promisify(execFile)(program, [...command, ...last]);
      return JSON.parse(stdout) as unknown;
    },
  };
}

/** Git's name for the data of every znode that there should be; '' is the root. */
function treeOf(git: GitFixture): Map<string, string> {
  const tree = new Map([['', blobName('')]]);
  const entries = git.git(['ls-tree', '-r', '-t', '-z', 'main']).split('\0').slice(0, -1);
  for (const entry of entries) {
    const [, type, name = '', path = ''] = /^\d+ (\w+) (\w+)\t(.*)$/u.exec(entry) ?? [];
    tree.set(path, type === 'tree' ? blobName('') : name);
  }
  return tree;
}

function namesOf(tree: ReadonlyMap<string, SeenZnode>): Map<string, string> {
  return new Map(Array.from(tree, ([path, { data }]) => [path, blobName(data)]));
}

/** The number of the transaction that wrote each last. */
function writersOf(tree: ReadonlyMap<string, SeenZnode>): Map<string, number> {
  return new Map(Array.from(tree, ([path, { mzxid }]) => [path, mzxid]));
}

function blobName(data: string | Uint8Array): string {
  return createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
}

async function removeTree(client: OfficialClient, root: string): Promise<void> {
  const paths = [...(await client.tree(root)).keys()];
  // A session's requests are answered in order: children first.
  const deepestFirst = paths.toSorted((one, other) => other.split('/').length - one.split('/').length);
  const all = deepestFirst.filter((path) => path !== '').map((path) => `${root}/${path}`);
  if (paths.length > 0) await Promise.all([...all, root].map((path) => client.delete(path)));
}
