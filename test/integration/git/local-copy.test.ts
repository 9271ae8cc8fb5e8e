import type { GitRepository } from '../../../src/model/ports/git-repository.ts';
import { openRepository, type OpenRepositoryOptions } from '../../../src/git/open-repository.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from 'esbuild';
import { desiredTree } from '../../../src/sync/desired/desired-tree.ts';
import { createGitFixture, type GitFixture } from '../../../harness/git-fixture.ts';

const mapping = { directory: '', layout: 'file', unsupported: 'refuse' } as const;

let fixture: GitFixture;
let cacheDirectory: string;
let head: string;
const opened: GitRepository[] = [];

beforeEach(async () => {
  fixture = await createGitFixture();
  cacheDirectory = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  fixture.commit({ 'a.txt': 'one' });
  head = fixture.commit({ 'a.txt': 'two', 'd/b': 'three' });
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

/** The local copy's directory. */
async function copyOf(): Promise<string> {
  const names = (await readdir(cacheDirectory)).filter((name) => name.endsWith('.git'));
  expect(names).toHaveLength(1);
  return join(cacheDirectory, names[0] ?? '');
}

async function packsOf(copy: string): Promise<string[]> {
  const packs = join(copy, 'objects', 'pack');
  return (await readdir(packs)).filter((name) => name.endsWith('.pack')).map((name) => join(packs, name));
}

/** What a run needs of a repository, read from it. */
async function run(repository: GitRepository): Promise<unknown> {
  const commit = await repository.fetchBranch('main');
  const { tree, problems } = await desiredTree(repository, { commit, mapping });
  return { commit, tree: [...tree], problems };
}

const damages: Record<string, (copy: string) => Promise<unknown>> = {
  'a stale lock of a ref': async (copy) => await writeFile(join(copy, 'refs/enclosure/heads/main.lock'), ''),
  'a ref that points nowhere': async (copy) =>
    await writeFile(join(copy, 'refs/enclosure/heads/main'), `${'1'.repeat(40)}\n`),
  'a ref of garbage': async (copy) => await writeFile(join(copy, 'refs/enclosure/heads/main'), 'garbage'),
  'a pack that was cut': async (copy) => {
    for (const pack of await packsOf(copy)) {
      await chmod(pack, 0o600);
      await truncate(pack, 40);
    }
  },
  'a pack that is gone': async (copy) => {
    for (const pack of await packsOf(copy)) await rm(pack);
  },
  'a pack with other bytes': async (copy) => {
    for (const pack of await packsOf(copy)) {
      await chmod(pack, 0o600);
      const bytes = await readFile(pack);
      await writeFile(pack, bytes.fill(0x55, 20, bytes.length - 20));
    }
  },
  'no objects': async (copy) => await rm(join(copy, 'objects'), { recursive: true }),
  'no HEAD, as a clone that was not finished': async (copy) => await rm(join(copy, 'HEAD')),
  'a changed configuration': async (copy) =>
    await writeFile(join(copy, 'config'), '[core]\n\tbare = true\n\tsshCommand = touch /tmp/x\n'),
  'an empty directory': async (copy) => {
    await rm(copy, { recursive: true });
    await mkdir(copy);
  },
  'a file in its place': async (copy) => {
    await rm(copy, { recursive: true });
    await writeFile(copy, 'not a directory');
  },
};

test.each(Object.entries(damages))(
  'F48: a warm cache with %s gives the same as a cold one',
  async (_, damage) => {
    const cold = await run(await open());
    await opened[0]?.close();
    const copy = await copyOf();
    await damage(copy);
    expect(await run(await open())).toEqual(cold);
    expect((await readdir(cacheDirectory)).filter((name) => !name.endsWith('.git'))).toEqual([]);
    expect(await readFile(join(copy, 'config'), 'utf8')).not.toContain('sshCommand');
  },
);

test('F48: damage that shows while reading is repaired, and what was read is whole', async () => {
  const repository = await open();
  const before = await run(repository);
  await repository.close();
  await damages['a pack with other bytes']?.(await copyOf());
  const { tree } = await desiredTree(repository, { commit: head, mapping }).catch(async () => {
    // It was not opened for fetching, so it does not know what to fetch: the next fetch does.
    await repository.fetchBranch('main');
    return await desiredTree(repository, { commit: head, mapping });
  });
  expect([...tree]).toEqual((before as { tree: unknown }).tree);
});

test('F48: what a killed fetch left half-written is removed', async () => {
  await run(await open());
  const copy = await copyOf();
  await writeFile(join(copy, 'objects/pack/tmp_pack_x'), 'half');
  await mkdir(`${copy}.new-x`);
  fixture.commit({ 'a.txt': 'four' });
  await run(await open());
  expect((await readdir(copy, { recursive: true })).filter((name) => name.includes('tmp_'))).toEqual([]);
});

test('F48: the lock of a process that is gone is taken over', async () => {
  await run(await open());
  const lock = `${await copyOf()}.lock`;
  const child = spawn('true');
  await once(child, 'exit');
  await writeFile(lock, JSON.stringify({ pid: child.pid, host: hostname(), guid: 'x' }));
  expect(await (await open({ timeoutMs: 20_000 })).fetchBranch('main')).toBe(head);
});

test('F48: a lock that nobody touches any more is taken over, whoever it names', async () => {
  await run(await open());
  const lock = `${await copyOf()}.lock`;
  await writeFile(lock, JSON.stringify({ pid: process.pid, host: 'another-host', guid: 'x' }));
  await utimes(lock, new Date(0), new Date(0));
  expect(await (await open({ timeoutMs: 20_000 })).fetchBranch('main')).toBe(head);
});

test('the lock of a living process is waited for, and not longer than the limit', async () => {
  const repository = await open({ timeoutMs: 300 });
  await repository.fetchBranch('main');
  const lock = `${await copyOf()}.lock`;
  await writeFile(lock, JSON.stringify({ pid: process.ppid, host: hostname(), guid: 'x' }));
  await expect(repository.fetchBranch('main')).rejects.toMatchObject({
    code: 'fetch-timeout',
    retryable: true,
  });
  await rm(lock);
  expect(await repository.fetchBranch('main')).toBe(head);
});

test('two processes that share a cache fetch at the same time, and both succeed', async () => {
  const outfile = join(cacheDirectory, 'fetch.mjs');
  const source = join(import.meta.dirname, '../../../src/git/open-repository.ts');
  await build({
    stdin: {
      contents: `
        import { openRepository } from ${JSON.stringify(source)};
        const [url, cacheDirectory] = process.argv.slice(2);
        for (let turn = 0; turn < 5; turn += 1) {
          const options = { url, cacheDirectory, allowLocal: true, baseEnv: { PATH: process.env.PATH } };
          const repository = await openRepository(options);
          await repository.fetchBranch('main');
          await repository.close();
        }`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const shared = join(cacheDirectory, 'shared');
  const results = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, [outfile, fixture.url, shared], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      // Before the commits, which block: it may have ended by then.
      const closed = once(child, 'close');
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      for (let index = 0; index < 3; index += 1) {
        fixture.commit({ 'a.txt': `${Math.random()}` });
        await new Promise(setImmediate);
      }
      const [code] = (await closed) as [number];
      return { code, stderr };
    }),
  );
  expect(results).toEqual([1, 2, 3].map(() => ({ code: 0, stderr: '' })));
});

test('two fetches in one process follow each other', async () => {
  const [one, two] = [await open(), await open()];
  expect(
    await Promise.all([one.fetchBranch('main'), two.fetchBranch('main'), one.fetchBranch('main')]),
  ).toEqual([head, head, head]);
});

test('F45: a forced push is followed, and the commit that it dropped is still known to the cache', async () => {
  const repository = await open();
  await repository.fetchBranch('main');
  const forced = fixture.commit({ 'other.txt': 'x' }, { orphan: true });
  expect(await repository.fetchBranch('main')).toBe(forced);
  expect(await repository.isAncestor(head, forced)).toBe(false);
  expect(await repository.hasCommit(head)).toBe(true);
});

test('F45: a forced push whose old commit is gone everywhere leaves nothing to compare with', async () => {
  const repository = await open();
  await repository.fetchBranch('main');
  fixture.commit({ 'other.txt': 'x' }, { orphan: true });
  fixture.git(['-c', 'gc.pruneExpire=now', 'gc', '--quiet', '--prune=now']);
  await rm(await copyOf(), { recursive: true });
  const later = await open();
  await later.fetchBranch('main');
  expect(await later.hasCommit(head)).toBe(false);
  expect(await later.resolveCommit(head)).toBeUndefined();
});

test('F45: a branch that was deleted is missing, and says that nothing was deleted', async () => {
  const repository = await open();
  await repository.fetchBranch('main');
  fixture.git(['update-ref', '-d', 'refs/heads/main']);
  await expect(repository.fetchBranch('main')).rejects.toMatchObject({
    code: 'branch-missing',
    retryable: false,
  });
  await expect(repository.fetchBranch('main')).rejects.toThrow(/Nothing was deleted/);
});

test('F45: a branch may be renamed to one below its own name, and back', async () => {
  const repository = await open();
  fixture.git(['branch', 'release', 'main']);
  await repository.fetchBranch('release');
  fixture.git(['branch', '-m', 'release', 'release/1.0']);
  expect(await repository.fetchBranch('release/1.0')).toBe(head);
  fixture.git(['branch', '-m', 'release/1.0', 'release']);
  expect(await repository.fetchBranch('release')).toBe(head);
});

test.each(['..', '.', '.git', '.GIT'])(
  'F44: a tree with the entry %j is refused at the fetch',
  async (name) => {
    const repository = await open();
    await repository.fetchBranch('main');
    const blob = fixture.blob('x');
    const inner = fixture.rawTree([{ mode: '100644', name: 'x', oid: blob }]);
    fixture.commitTree(fixture.rawTree([{ mode: '40000', name, oid: inner }]), { parent: head });
    await expect(repository.fetchBranch('main')).rejects.toMatchObject({
      code: 'repository-corrupt',
      retryable: false,
    });
    expect(await repository.hasCommit(head)).toBe(true);
  },
);

test('F44: a tree with a name twice is refused at the fetch', async () => {
  const repository = await open();
  const [one, two] = [fixture.blob('1'), fixture.blob('2')];
  const tree = fixture.rawTree([
    { mode: '100644', name: 'a', oid: one },
    { mode: '100644', name: 'a', oid: two },
  ]);
  fixture.commitTree(tree, { parent: head });
  await expect(repository.fetchBranch('main')).rejects.toMatchObject({ code: 'repository-corrupt' });
});

test('F46: a fetch larger than its limit is stopped', async () => {
  const repository = await open({ maxBytes: -1 });
  const large = Buffer.alloc(200_000_000);
  for (let index = 0; index < large.length; index += 65_536) large.writeUInt32BE(index, index);
  fixture.commit({ large });
  await expect(repository.fetchBranch('main')).rejects.toMatchObject({
    code: 'fetch-too-large',
    retryable: false,
  });
  expect(
    (await readdir(await copyOf(), { recursive: true })).filter((name) => name.includes('tmp_')),
  ).toEqual([]);
});

test.each(['--upload-pack=touch x', '-x', 'a b', 'a..b', '$(touch x)\n'])(
  'F42: the branch %j is refused before any process is started',
  async (branch) => {
    await open();
    // There is no git to start here: whatever tried would fail otherwise.
    const usable = await open({ baseEnv: { PATH: '/nowhere' } });
    await expect(usable.fetchBranch(branch)).rejects.toMatchObject({ code: 'ref-refused' });
  },
);

test.each(['ext::sh -c "touch x"', 'http://example.org/a', '--upload-pack=x', 'https://u:p@example.org/a'])(
  'F43: the URL %j is refused before anything is made',
  async (url) => {
    const fresh = join(cacheDirectory, 'fresh');
    await expect(open({ url, cacheDirectory: fresh })).rejects.toMatchObject({ code: 'url-refused' });
    expect(await readdir(cacheDirectory)).toEqual([]);
  },
);

test('git that is not installed is told so', async () => {
  await expect(open({ baseEnv: { PATH: '/nowhere' } })).rejects.toMatchObject({ code: 'git-missing' });
  await open();
  const without = await open({ baseEnv: { PATH: '/nowhere' } });
  await expect(without.fetchBranch('main')).rejects.toMatchObject({ code: 'git-missing' });
});
