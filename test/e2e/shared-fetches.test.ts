/**
 * One push to a repository that twelve environments come from, deployed by twelve processes, each with a disk of its own as
 * functions have it: with shared fetches the git host serves one fetch, without it twelve, and the trees are the same.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildEnclosure, type BuiltEnclosure } from '../../harness/build-enclosure.ts';
import { createGitFixture, type GitFixture } from '../../harness/git-fixture.ts';
import { startGitHttpServer, type GitHttpServer } from '../../harness/git-http-server.ts';
import { openOfficialClient, type OfficialClient } from '../../harness/official-client.ts';

const names = Array.from({ length: 12 }, (_, index) => `environment-${index + 1}`);
let built: BuiltEnclosure;
let git: GitFixture;
let host: GitHttpServer;
let client: OfficialClient;
let directory: string;

beforeAll(async () => {
  [built, git, client] = await Promise.all([
    buildEnclosure(),
    createGitFixture(),
    openOfficialClient(inject('zookeeper')),
  ]);
  host = await startGitHttpServer(git.directory);
  directory = await mkdtemp(join(tmpdir(), 'enclosure-twelve-'));
});

afterAll(async () => {
  await Promise.all([built.remove(), git.remove(), host.stop(), client.close()]);
  await rm(directory, { recursive: true, force: true });
});

/** A configuration with all environments, for a process with a disk of its own. */
async function configurationFor(root: string, name: string, snapshotCache?: object): Promise<string> {
  const disk = join(directory, root, name);
  await mkdir(disk, { recursive: true });
  const path = join(disk, 'enclosure.yaml');
  const environments = Object.fromEntries(
    names.map((each) => [
      each,
      {
        repository: 'config',
        branch: 'main',
        directory: each,
        ensemble: 'main',
        znode: `/${root}/trees/${each}`,
      },
    ]),
  );
  const document = {
    version: 1,
    stateRoot: `/${root}/state`,
    cacheDirectory: join(disk, 'git'),
    ensembles: { main: { connect: inject('zookeeper'), sessionTimeout: '10s' } },
    repositories: { config: { url: `${host.origin}/${basename(git.directory)}` } },
    environments,
    ...(snapshotCache !== undefined && { snapshotCache }),
  };
  await writeFile(path, JSON.stringify(document));
  return path;
}

interface Synced {
  readonly code: number | null;
  readonly outcome: unknown;
  readonly stderr: string;
}

async function sync(configuration: string, environment: string): Promise<Synced> {
  const env = { PATH: process.env['PATH'], HOME: built.directory, GIT_SSL_CAINFO: host.certificate };
  const args = [built.entry, 'sync', environment, '--json', '--config', configuration];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const { outcome } = JSON.parse(stdout) as { outcome: unknown };
  return { code, outcome, stderr };
}

/** Deploys all at once; how many fetches that was to the git host. */
async function deployAll(root: string, snapshotCache?: object): Promise<number> {
  const before = host.fetches;
  const synced = await Promise.all(
    names.map(async (name) => await sync(await configurationFor(root, name, snapshotCache), name)),
  );
  for (const { code, outcome, stderr } of synced) {
    expect({ code, outcome, stderr }).toMatchObject({ code: 0, outcome: 'applied' });
    expect(stderr).not.toContain('shared fetch');
  }
  return host.fetches - before;
}

async function treesOf(root: string): Promise<Record<string, string>> {
  const tree = await client.tree(`/${root}/trees`);
  return Object.fromEntries([...tree].map(([path, { data }]) => [path, data.toString()]));
}

function commit(text: string): void {
  git.commit(
    Object.fromEntries(
      names.flatMap((name) =>
        Array.from({ length: 20 }, (_, index) => [`${name}/key-${index}`, `${text} ${name} ${index}`]),
      ),
    ),
  );
}

test('twelve environments of one repository cost one fetch with the cache and twelve without', async () => {
  const cache = { ensemble: 'main', level2: { directory: join(directory, 'level2') } };
  for (const text of ['first', 'second']) {
    commit(text);
    const [withCache, without] = [await deployAll('with', cache), await deployAll('without')];
    console.log(`${text} push: ${withCache} fetch with the cache, ${without} without`);
    expect([withCache, without]).toEqual([1, 12]);
    const trees = await treesOf('with');
    expect(Object.keys(trees).length).toBeGreaterThan(12 * 20);
    expect(Object.values(trees)).toContain(`${text} environment-7 3`);
    expect(trees).toEqual(await treesOf('without'));
  }
});

test('a cache that cannot be written to costs a warning and a fetch each, and nothing else', async () => {
  commit('third');
  const before = host.fetches;
  await writeFile(join(directory, 'no-directory'), 'a file');
  const cache = { ensemble: 'main', level2: { directory: join(directory, 'no-directory') } };
  const some = names.slice(0, 2);
  const synced = await Promise.all(
    some.map(async (name) => await sync(await configurationFor('with', name, cache), name)),
  );
  for (const { code, outcome, stderr } of synced) {
    expect({ code, outcome, stderr }).toMatchObject({ code: 0, outcome: 'applied' });
  }
  expect(synced.map(({ stderr }) => stderr).join('')).toContain('the shared fetch failed');
  expect(host.fetches - before).toBe(2);
  expect(Object.values(await treesOf('with'))).toContain('third environment-2 3');
});
