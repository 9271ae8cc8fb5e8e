import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { GitRepository } from '../../../src/model/ports/git-repository.ts';
import { openRepository, type OpenRepositoryOptions } from '../../../src/git/open-repository.ts';
import type { SharedFetch } from '../../../src/git/shared-fetch/shared-fetch.ts';
import { createGitFixture, type CommitOptions, type GitFixture } from '../../../harness/git-fixture.ts';
import { startGitHttpServer, type GitHttpServer } from '../../../harness/git-http-server.ts';
import { waitFor } from '../../../harness/wait-for.ts';

/** What the processes share here: a map, and hooks for what can go wrong with it. */
class InProcessCache implements SharedFetch {
  readonly results = new Map<string, Promise<Buffer>>();
  readonly fallbacks: unknown[] = [];
  /** Of each bundle that was made. */
  readonly sizes: number[] = [];
  beforeFill: () => Promise<void> | void = () => undefined;
  /** What readers get of what was made. */
  tamper: (bytes: Buffer) => Buffer | Promise<Buffer> = (bytes) => bytes;
  /** Where reading breaks off. */
  breakAt = Infinity;
  asked = 0;
  /** Ends the fills, as closing a cache does. */
  readonly ending = new AbortController();

  async *bundle(
    key: string,
    fill: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<Uint8Array> {
    this.asked += 1;
    const result = this.results.get(key) ?? this.#fill(fill);
    this.results.set(key, result);
    const bytes = await this.tamper(await result);
    signal?.throwIfAborted();
    for (let at = 0; at < bytes.length; at += 50_000) {
      if (at >= this.breakAt) throw new Error('it broke off');
      yield bytes.subarray(at, at + 50_000);
    }
  }

  onFallback(error: unknown): void {
    this.fallbacks.push(error);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.results.values());
  }

  async #fill(fill: (signal: AbortSignal) => AsyncIterable<Uint8Array>): Promise<Buffer> {
    await this.beforeFill();
    const chunks: Uint8Array[] = [];
    for await (const chunk of fill(this.ending.signal)) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    this.sizes.push(bytes.length);
    return bytes;
  }
}

let fixture: GitFixture;
let server: GitHttpServer;
let root: string;
let cache: InProcessCache;
/** Each test has its own, in one repository. */
let branch = '';
let fetchesBefore = 0;
let count = 0;
const opened: GitRepository[] = [];

beforeAll(async () => {
  fixture = await createGitFixture();
  server = await startGitHttpServer(fixture.directory);
});

afterAll(async () => {
  await server.stop();
  await fixture.remove();
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'enclosure-shared-'));
  cache = new InProcessCache();
  count += 1;
  branch = `branch/${count}`;
  commit({ 'a.txt': 'one', noise: randomBytes(200_000) });
  commit({ 'a.txt': 'two' }, { patch: true });
  server.behaviour = { kind: 'serve' };
  fetchesBefore = server.fetches;
});

afterEach(async () => {
  await cache.settled();
  await Promise.all(opened.splice(0).map(async (repository) => await repository.close()));
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
});

function commit(files: Parameters<GitFixture['commit']>[0], options: CommitOptions = {}): string {
  return fixture.commit(files, { branch, ...options });
}

function fetches(): number {
  return server.fetches - fetchesBefore;
}

/** One process of several: a copy of its own in a directory of that name. */
async function open(name: string, options: Partial<OpenRepositoryOptions> = {}): Promise<GitRepository> {
  const repository = await openRepository({
    url: `${server.origin}/${basename(fixture.directory)}`,
    cacheDirectory: join(root, name),
    allowLocal: false,
    baseEnv: { PATH: process.env['PATH'], GIT_SSL_CAINFO: server.certificate },
    shared: cache,
    ...options,
  });
  opened.push(repository);
  return repository;
}

async function openMany(...names: readonly string[]): Promise<GitRepository[]> {
  return await Promise.all(names.map(async (name) => await open(name)));
}

async function fetchAll(repositories: readonly GitRepository[]): Promise<string[]> {
  return await Promise.all(repositories.map(async (repository) => await repository.fetchBranch(branch)));
}

/** All that stands in a copy beside its objects, and the objects that its refs lead to. */
async function contents(name: string): Promise<unknown> {
  const directory = join(root, name);
  const names = await readdir(directory);
  expect(names, 'nothing is left beside the copy').toEqual([expect.stringMatching(/\.git$/)]);
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('git', args, {
      env: { PATH: process.env['PATH'], GIT_DIR: join(directory, names[0] ?? '') },
    });
    expect(status, stderr.toString()).toBe(0);
    return stdout.toString();
  };
  git('fsck', '--no-dangling');
  return {
    refs: git('for-each-ref').split('\n'),
    objects: git('rev-list', '--objects', '--all').split('\n').toSorted(),
  };
}

/** What a copy has that never heard of a cache. */
async function alone(name = 'alone'): Promise<unknown> {
  const before = server.fetches;
  await (await open(name, { shared: undefined })).fetchBranch(branch);
  fetchesBefore += server.fetches - before;
  return await contents(name);
}

test('five processes that need a commit fetch it once, and their copies are as if each had fetched', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const repositories = await openMany(...names);
  const head = fixture.git(['rev-parse', branch]);
  expect(await fetchAll(repositories)).toEqual(names.map(() => head));
  await cache.settled();
  expect(fetches()).toBe(1);

  const next = commit({ 'a.txt': 'three' }, { patch: true });
  expect(await fetchAll(repositories)).toEqual(names.map(() => next));
  expect(fetches()).toBe(2);
  await cache.settled();
  const [whole = 0, increment = 0] = cache.sizes;
  expect(whole).toBeGreaterThan(200_000);
  expect(increment).toBeLessThan(2_000);

  const expected = await alone();
  for (const [index, repository] of repositories.entries()) {
    expect(await contents(names[index] ?? '')).toEqual(expected);
    expect(await repository.isAncestor(head, next)).toBe(true);
    expect((await repository.commitsBetween(head, next, 10)).commits.map(({ sha }) => sha)).toEqual([next]);
    expect(await repository.lastCommit(next, 'a.txt')).toMatchObject({ sha: next });
  }
  expect(cache.fallbacks).toEqual([]);
});

test('cold and warm copies need other bundles of the same commit, and each of them is made once', async () => {
  const warm = await openMany('warm1', 'warm2');
  await fetchAll(warm);
  const next = commit({ 'b.txt': 'new' }, { patch: true });
  const all = [...warm, ...(await openMany('cold1', 'cold2'))];
  expect(await fetchAll(all)).toEqual(all.map(() => next));
  await cache.settled();
  expect(fetches()).toBe(3);
  expect(await contents('warm2')).toEqual(await contents('cold2'));
  expect(cache.fallbacks).toEqual([]);
});

test('a copy that has the commit fetches nothing, also when the branch goes back to what it had', async () => {
  const earlier = fixture.git(['rev-parse', `${branch}~1`]);
  const repository = await open('a');
  const head = await repository.fetchBranch(branch);
  expect(await repository.fetchBranch(branch)).toBe(head);
  fixture.git(['update-ref', `refs/heads/${branch}`, earlier]);
  expect(await repository.fetchBranch(branch)).toBe(earlier);
  expect(fetches()).toBe(1);
  expect(cache.results.size).toBe(1);
  expect(await contents('a')).toEqual(await alone());
});

test('the one that fetches goes on while its bundle is made, and what becomes of that is only reported', async () => {
  let release: (error: Error) => void = () => undefined;
  const published = new Promise<never>((_resolve, reject) => (release = reject));
  published.catch(() => undefined);
  cache.tamper = async () => await published;
  const head = await (await open('a')).fetchBranch(branch);
  expect(head).toBe(fixture.git(['rev-parse', branch]));
  expect(cache.fallbacks).toEqual([]);
  release(new Error('the store is full'));
  await waitFor('the report', () => cache.fallbacks.length > 0);
  expect(cache.fallbacks).toEqual([new Error('the store is full')]);
  expect(fetches()).toBe(1);
});

test.each<[title: string, fault: Partial<Pick<InProcessCache, 'tamper' | 'breakAt'>>]>([
  ['cannot be reached', { breakAt: 0 }],
  ['breaks off', { breakAt: 100_000 }],
  ['gives nothing', { tamper: () => Buffer.alloc(0) }],
  ['gives garbage', { tamper: () => randomBytes(100_000) }],
  ['gives a bundle that was cut', { tamper: (bytes) => bytes.subarray(0, bytes.length - 1000) }],
  [
    'gives a bundle with other bytes',
    { tamper: (bytes) => Buffer.from(bytes).fill(0x55, bytes.length - 1000) },
  ],
  [
    'gives a bundle without the commit',
    {
      tamper: () => {
        fixture.git(['branch', `earlier/${branch}`, `${branch}~1`]);
        return bundleOf(`earlier/${branch}`);
      },
    },
  ],
])('a cache that %s costs a fetch and nothing else', async (_title, fault) => {
  const filler = await open('a');
  await filler.fetchBranch(branch);
  await cache.settled();
  Object.assign(cache, fault);
  const reader = await open('b');
  expect(await reader.fetchBranch(branch)).toBe(fixture.git(['rev-parse', branch]));
  expect(cache.fallbacks).toHaveLength(1);
  expect(fetches()).toBe(2);
  expect(await contents('b')).toEqual(await alone());
});

test('a bundle brings in no object that the commit does not consist of', async () => {
  const head = await (await open('a')).fetchBranch(branch);
  await cache.settled();
  const planted = fixture.commit({ 'a.txt': 'planted' }, { branch: `planted/${count}`, orphan: true });
  cache.tamper = () => bundleOf(branch, `planted/${count}`);
  const reader = await open('b');
  expect(await reader.fetchBranch(branch)).toBe(head);
  expect(cache.fallbacks).toEqual([]);
  expect(fetches()).toBe(1);
  expect(await reader.hasCommit(planted)).toBe(false);
});

test('a bundle that is larger than a fetch may be is given up, and the repository is fetched', async () => {
  await (await open('a')).fetchBranch(branch);
  await cache.settled();
  const reader = await open('b', { maxBytes: 10_000 });
  // The fetch may end before anybody has looked at its size.
  await reader
    .fetchBranch(branch)
    .catch((error: unknown) => expect(error).toMatchObject({ code: 'fetch-too-large' }));
  expect(cache.fallbacks).toMatchObject([{ code: 'fetch-too-large' }]);
});

test('a forced push is followed with one fetch', async () => {
  const repositories = await openMany('a', 'b', 'c');
  await fetchAll(repositories);
  await cache.settled();
  fetchesBefore = server.fetches;
  const forced = commit({ 'a.txt': 'two', other: 'history' }, { orphan: true });
  expect(await fetchAll(repositories)).toEqual([forced, forced, forced]);
  await cache.settled();
  expect(fetches()).toBe(1);
  expect(cache.sizes).toHaveLength(2);
  expect(cache.fallbacks).toEqual([]);
  expect(await contents('b')).toEqual(await alone());
});

test('a branch that moves while it is fetched gives the others the commit that they were told', async () => {
  const told = fixture.git(['rev-parse', branch]);
  let moved = '';
  cache.beforeFill = async () => {
    await waitFor('both to have asked', () => cache.asked === 2);
    moved = commit({ 'a.txt': 'moved' }, { patch: true });
  };
  const repositories = await openMany('a', 'b');
  expect((await fetchAll(repositories)).toSorted()).toEqual([told, moved].toSorted());
  expect(fetches()).toBe(1);
  cache.beforeFill = () => undefined;
  expect(await fetchAll(repositories)).toEqual([moved, moved]);
  expect(cache.fallbacks).toEqual([]);
});

test('a branch that is moved to another history while it is fetched is fetched by each', async () => {
  let moved = '';
  cache.beforeFill = () => {
    moved = commit({ 'a.txt': 'another history' }, { orphan: true });
  };
  expect(await (await open('a')).fetchBranch(branch)).toBe(moved);
  await waitFor('the report', () => cache.fallbacks.length > 0);
  expect(cache.fallbacks).toMatchObject([{ code: 'commit-missing' }]);
  expect(await contents('a')).toEqual(await alone());
});

test('a deleted branch and a refused token give the errors that they give without a cache', async () => {
  const failures = async (shared: SharedFetch | undefined, name: string): Promise<unknown[]> => {
    const repository = await open(name, { shared, credentials: 'wrong' });
    const failure = async (asked: string): Promise<unknown> =>
      await repository.fetchBranch(asked).catch((error: unknown) => error);
    server.behaviour = { kind: 'token', token: 'right' };
    const denied = await failure(branch);
    server.behaviour = { kind: 'status', status: 503 };
    const unreachable = await failure(branch);
    server.behaviour = { kind: 'serve' };
    return [await failure('gone'), denied, unreachable];
  };
  const expected = await failures(undefined, 'alone');
  expect(expected).toMatchObject([
    { code: 'branch-missing' },
    { code: 'repository-denied' },
    { code: 'repository-unreachable' },
  ]);
  expect(await failures(cache, 'shared')).toEqual(expected);
  expect(cache.fallbacks).toEqual([]);
});

test('what the host answers to our own fetch is thrown as it is', async () => {
  cache.beforeFill = () => {
    server.behaviour = { kind: 'cut', bytes: 100_000 };
  };
  await expect((await open('a')).fetchBranch(branch)).rejects.toMatchObject({
    code: 'repository-unreachable',
  });
  expect(cache.fallbacks).toEqual([]);
});

test('a cache that ends our own fetch, as when it is closed, costs another one', async () => {
  cache.beforeFill = () => cache.ending.abort();
  expect(await (await open('a')).fetchBranch(branch)).toBe(fixture.git(['rev-parse', branch]));
  expect(cache.fallbacks).toMatchObject([{ code: 'aborted' }]);
});

test('one that gives up and is closed while its own fetch is under way leaves that to the others', async () => {
  const controller = new AbortController();
  let goOn: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (goOn = resolve));
  cache.beforeFill = async () => {
    controller.abort();
    await closed;
  };
  const repository = await open('a');
  await expect(repository.fetchBranch(branch, { signal: controller.signal })).rejects.toMatchObject({
    code: 'aborted',
  });
  await repository.close();
  goOn();
  expect(await (await open('b')).fetchBranch(branch)).toBe(fixture.git(['rev-parse', branch]));
  expect(fetches()).toBe(1);
  expect(cache.fallbacks).toEqual([]);
});

test('two processes of one host that share a copy fetch once as well', async () => {
  const head = fixture.git(['rev-parse', branch]);
  expect(await fetchAll(await openMany('same', 'same'))).toEqual([head, head]);
  await cache.settled();
  expect(fetches()).toBe(1);
  expect(cache.fallbacks).toEqual([]);
  expect(await contents('same')).toEqual(await alone());
});

test('F48: a damaged copy is made again, and what a killed process left of a bundle is removed', async () => {
  const before = await open('a');
  const head = await before.fetchBranch(branch);
  await cache.settled();
  await before.close();
  const [copy = ''] = await readdir(join(root, 'a'));
  const packs = join(root, 'a', copy, 'objects', 'pack');
  for (const pack of await readdir(packs)) await rm(join(packs, pack));
  expect(await (await open('a')).fetchBranch(branch)).toBe(head);
  expect(await contents('a')).toEqual(await alone());

  const reader = await open('b');
  const left = join(root, 'b', `${copy}.bundle-0123`);
  await writeFile(left, 'half');
  await utimes(left, new Date(0), new Date(0));
  expect(await reader.fetchBranch(branch)).toBe(head);
  expect(await contents('b')).toEqual(await contents('a'));
  expect(cache.fallbacks).toEqual([]);
});

test('a repository that names objects by sha256 is shared as well', async () => {
  const other = await createGitFixture('sha256');
  const host = await startGitHttpServer(other.directory);
  try {
    const head = other.commit({ 'a.txt': 'one' }, { branch });
    const options = {
      url: `${host.origin}/${basename(other.directory)}`,
      baseEnv: { PATH: process.env['PATH'], GIT_SSL_CAINFO: host.certificate },
    };
    const repositories = [await open('a', options), await open('b', options)];
    expect(await fetchAll(repositories)).toEqual([head, head]);
    const next = other.commit({ 'a.txt': 'two' }, { branch });
    expect(await fetchAll(repositories)).toEqual([next, next]);
    await cache.settled();
    expect(host.fetches).toBe(2);
    expect(cache.fallbacks).toEqual([]);
    expect(await contents('a')).toEqual(await contents('b'));
  } finally {
    await host.stop();
    await other.remove();
  }
});

/** A bundle of these branches, in full. */
function bundleOf(...branches: readonly string[]): Buffer {
  const { stdout, stderr, status } = spawnSync('git', ['bundle', 'create', '-', ...branches], {
    env: { PATH: process.env['PATH'], GIT_DIR: fixture.directory },
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`git bundle: ${stderr.toString()}`);
  return stdout;
}
