import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { bulkCache, type BulkCache, type BulkCacheOptions } from '../../../src/cache/index.ts';
import { keyDigest } from '../../../src/cache/coordination/entry-paths.ts';
import type { Configuration } from '../../../src/model/environment.ts';
import { openOfficialClient, type OfficialClient } from '../../../harness/official-client.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { runCommand, type Ran } from './run-command.ts';

const connect = inject('zookeeper');
const me = `${hostname()}:${process.pid}`;
let directory: string;
let stateRoot: string;
let client: OfficialClient;
let caches: BulkCache<number>[];
/** Ends the fills that wait. */
let release: () => void;
let released: Promise<void>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'enclosure-cache-commands-'));
  stateRoot = `/t${randomUUID().slice(0, 8)}`;
  client = await openOfficialClient(connect);
  caches = [];
  released = new Promise((resolve) => (release = resolve));
});
afterEach(async () => {
  release();
  await Promise.all(caches.map((cache) => cache.close()));
  await client.close();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

function open(options: Partial<BulkCacheOptions<number>> = {}): BulkCache<number> {
  const cache = bulkCache<number>({
    connect,
    stateRoot,
    namespace: 'orders',
    level2: { directory },
    ...options,
  });
  caches.push(cache);
  return cache;
}

const numbers = [1, 2, 3];
async function* waiting(signal: AbortSignal): AsyncGenerator<number> {
  yield 1;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  await Promise.race([released, aborted]);
}
function failing(): Iterable<number> {
  throw new Error('no such table');
}
async function get(cache: BulkCache<number>, key: string, fill = (): Iterable<number> => numbers) {
  const items: number[] = [];
  for await (const item of cache.get(key, fill)) items.push(item);
  return items;
}

/** Begins a fill that stays, and waits until its first item is in level 2. */
async function beginFill(cache: BulkCache<number>, key: string): Promise<{ ended: Promise<void> }> {
  const ended = (async () => {
    try {
      for await (const item of cache.get(key, (signal) => waiting(signal))) void item;
    } catch {
      // It ends with its cache.
    }
  })();
  await waitFor(`the fill of ${key}`, async () => {
    const state = await cache.state(key);
    return state.state === 'filling' && state.progress.items === 1;
  });
  return { ended };
}

/** Two ensembles, so that one has to be named or configured. */
function configuration(change: Partial<Configuration> = {}): Configuration {
  const main = { name: 'main', connect, sessionTimeoutMs: 10_000, auth: [] };
  return {
    stateRoot,
    cacheDirectory: '/nowhere',
    allowLocalRepositories: false,
    ensembles: new Map([['main', main]]),
    repositories: new Map(),
    environments: new Map(),
    ...change,
  };
}
const enclosure = (...argv: string[]): Promise<Ran> => runCommand(configuration(), ['cache', ...argv]);
const entry = (key: string): string => `${stateRoot}/cache/orders/${keyDigest(key)}`;
const objectsOf = async (key: string): Promise<string[]> =>
  (await readdir(join(directory, 'orders', keyDigest(key)), { recursive: true }).catch(() => [])).filter(
    (name) => /(manifest|-\d{6})$/.test(name),
  );

test('ls tells of every key what a caller would meet, and ls without a namespace sums it up', async () => {
  const cache = open();
  await get(cache, 'ready');
  await get(cache, 'forgotten');
  await cache.invalidate('forgotten');
  const { ended } = await beginFill(cache, 'filling');
  await expect(get(cache, 'failed', failing)).rejects.toMatchObject({ code: 'fill-failed' });
  await get(open({ ttl: 1 }), 'old');
  const dying = open();
  await beginFill(dying, 'abandoned');
  await dying.close();
  await get(cache, 'hostile\u001b[31m\n');
  await client.create(`${stateRoot}/cache/orders/${'f'.repeat(64)}`, 'no state');

  const listed = await waitFor('the end of the result that is good for 1 ms', async () => {
    const ran = await enclosure('ls', 'orders');
    return /^old +expired/m.test(ran.stdout) && ran;
  });
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
  const lines = listed.stdout.split('\n');
  const row = (key: string, state: string, rest: string): unknown =>
    expect.stringMatching(new RegExp(`^${key} +${state} +${rest}$`));
  const cells = (key: string, ...columns: string[]): string =>
    [keyDigest(key).slice(0, 12), ...columns].join(' +');
  expect(lines).toEqual([
    expect.stringMatching(/^key +state +digest +epoch +items +bytes$/),
    row('-', 'unreadable', 'f{12} +- +- +- +\\[state-unreadable\\] the state of a key .*'),
    row('abandoned', 'abandoned', cells('abandoned', '1', '1', '1 B', `${me} is gone, .*takes over`)),
    row('failed', 'failed', cells('failed', '1', '-', '-', 'fill-failed \\d+ s ago, the next caller .*')),
    row('filling', 'filling', cells('filling', '1', '1', '1 B', `by ${me} since \\d+ s, 1 part`)),
    row('forgotten', 'absent', cells('forgotten', '1', '-', '-', 'no result since \\d+ s ago')),
    row(
      'hostile\\\\u\\{1b\\}\\[31m\\\\u\\{a\\}',
      'ready',
      cells('hostile\u001b[31m\n', '1', '3', '3 B', 'made .*'),
    ),
    row('old', 'expired', cells('old', '1', '3', '3 B', 'made \\d+ s ago, expired \\d+ s ago')),
    row('ready', 'ready', cells('ready', '1', '3', '3 B', 'made \\d+ s ago, good until invalidated')),
    'orders: generation 1, 8 keys: 2 ready, 1 expired, 1 filling, 1 abandoned, 1 failed, 1 absent, 1 unreadable; 9 B',
    `  level 2  directory ${directory}`,
    '',
  ]);

  const keys = (await enclosure('ls', 'orders', '--json')).json() as { key: string | null }[];
  expect(keys.map(({ key }) => key)).toContain('hostile\u001b[31m\n');
  expect(keys.find(({ key }) => key === 'filling')).toMatchObject({
    digest: keyDigest('filling'),
    state: 'filling',
    filling: { owner: me, progress: { parts: 1, items: 1, bytes: 1, complete: false } },
    result: null,
    error: null,
  });
  expect(keys.find(({ key }) => key === null)).toMatchObject({
    state: 'unreadable',
    epoch: null,
    error: { code: 'state-unreadable' },
  });
  const [namespace, ...others] = (await enclosure('ls', '--json')).json() as object[];
  expect(others).toEqual([]);
  expect(namespace).toEqual({
    namespace: 'orders',
    generation: 1,
    level2: { place: `directory ${directory}`, directory },
    keys: 8,
    states: {
      ready: 2,
      expired: 1,
      invalidated: 0,
      filling: 1,
      abandoned: 1,
      failed: 1,
      absent: 1,
      unreadable: 1,
    },
    bytes: 9,
    error: null,
  });
  release();
  await ended;
});

test('ls without a cache says that there is none, and an unknown namespace names those that there are', async () => {
  expect(await enclosure('ls')).toMatchObject({ exitCode: 0, stdout: 'main: no namespace of the cache\n' });
  await get(open(), 'a');
  await client.create(`${stateRoot}/cache/bare`, '');
  expect((await enclosure('ls', 'bare')).stdout).toBe(
    'bare: generation unknown, 0 keys; 0 B\n  level 2  unknown\n',
  );
  const ran = await enclosure('ls', 'parcels');
  expect(ran.exitCode).toBe(1);
  expect(ran.stderr).toContain('error[znode-unknown]: ');
  expect(ran.stderr).toContain('found the namespaces bare, orders');
});

test('a state that changes while it is read is read again: what was published is never called abandoned', async () => {
  const cache = open();
  const watched = new AbortController();
  let abandoned = 0;
  const filling = (async () => {
    while (!watched.signal.aborted) {
      await get(cache, 'a');
      await cache.invalidate('a');
    }
  })();
  for (let round = 0; round < 40; round += 1) {
    abandoned += (await enclosure('ls', 'orders')).stdout.includes('abandoned') ? 1 : 0;
  }
  watched.abort();
  await filling;
  expect(abandoned).toBe(0);
});

test('show finds a key by its text and its digest, and says what level 2 has of it', async () => {
  const cache = open();
  await get(cache, 'a key');
  const digest = keyDigest('a key');
  const shown = await enclosure('show', 'orders', 'a key', '--json');
  for (const name of [digest, digest.slice(0, 8)]) {
    const { modified } = shown.json() as { modified: string };
    expect((await enclosure('show', 'orders', name, '--json')).json()).toMatchObject({ digest, modified });
  }
  const { result } = JSON.parse(String((await client.get(entry('a key')))?.data)) as {
    result: { token: string; digest: string };
  };
  const folder = `orders/${digest}/1-${result.token}`;
  expect(shown.json()).toMatchObject({
    namespace: 'orders',
    digest,
    key: 'a key',
    state: 'ready',
    result: { count: 3, digest: result.digest, expires: null, token: result.token },
    readers: [],
    level2: {
      place: `directory ${directory}`,
      folder,
      manifest: 'there',
      parts: 1,
      missing: 0,
      objects: 2,
      error: null,
    },
  });
  const text = await enclosure('show', 'orders', 'a key');
  expect(text.stdout).toContain(`  manifest ${result.digest}\n`);
  expect(text.stdout).toContain('  objects  2 objects; the manifest is there with its 1 part\n');

  const part = (await readdir(join(directory, folder))).find((name) => name !== 'manifest') ?? '';
  await unlink(join(directory, folder, part));
  expect((await enclosure('show', 'orders', 'a key')).stdout).toContain('1 of its 1 part missing');
  await writeFile(join(directory, folder, 'manifest'), '{}');
  expect((await enclosure('show', 'orders', 'a key')).stdout).toContain('the manifest is damaged');
  await unlink(join(directory, folder, 'manifest'));
  expect((await enclosure('show', 'orders', 'a key')).stdout).toContain('the manifest is missing');
});

test('show says who reads along, and a level 2 that cannot be seen from here is information and no failure', async () => {
  const cache = open();
  const stream = cache.stream('a', waiting);
  await stream.next();
  const following = stream.next();
  const [mark] = await client.children(`${entry('a')}/streams`);
  const session = await client.ephemeralOwner(`${entry('a')}/streams/${mark}`);
  const { stdout } = await enclosure('show', 'orders', 'a');
  expect(stdout).toContain(`  readers  session 0x${session?.replace(/^0x0*/, '')}\n`);
  expect(stdout).toMatch(new RegExp(`  filler   ${me} since .*, token [0-9a-f]{16}\n`));
  expect(stdout).toContain('  progress 1 item, 1 B in 1 part; the call is under way\n');
  release();
  await following;

  await rm(directory, { recursive: true });
  const away = await enclosure('show', 'orders', 'a');
  expect(away.exitCode).toBe(0);
  expect(away.stdout).toContain('error[store-failed]: level 2 cannot be seen from this host');
});

test('a key that is not there, and digits that several may begin with, are errors', async () => {
  await get(open(), 'a');
  await client.create(`${stateRoot}/cache/orders/${keyDigest('a').slice(0, 63)}~`, '');
  const missing = await enclosure('drop', 'orders', 'b');
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' });
  expect(missing.stderr).toContain('error[znode-unknown]: the namespace has no such key');
  const other = `${keyDigest('a').slice(0, 60)}0000`;
  await client.create(`${stateRoot}/cache/orders/${other}`, '');
  const several = await enclosure('show', 'orders', keyDigest('a').slice(0, 8));
  expect(several).toMatchObject({ exitCode: 1 });
  expect(several.stderr).toContain('error[usage-invalid]: this matches more than one key');
  expect((await enclosure('show', 'orders', other)).stdout).toContain(
    '  state    absent, nothing written yet',
  );
});

test('drop takes the znodes and the objects of one key, and its next caller calls again', async () => {
  const cache = open();
  await get(cache, 'a');
  await get(cache, 'b');
  const ran = await enclosure('drop', 'orders', 'a');
  expect(ran).toEqual({
    exitCode: 0,
    stdout: `orders: 1 key dropped, 2 objects removed from directory ${directory}\n`,
    stderr: '',
    json: expect.anything() as unknown,
  });
  expect(await client.get(entry('a'))).toBeUndefined();
  expect(await objectsOf('a')).toEqual([]);
  expect(await objectsOf('b')).toHaveLength(2);
  expect(await get(cache, 'a', () => [7])).toEqual([7]);
  expect(await get(cache, 'b', () => [7])).toEqual(numbers);
});

test('drop refuses what is being filled and exits 3; with --force the fill loses its claim', async () => {
  const cache = open();
  const { ended } = await beginFill(cache, 'a');
  const refused = await enclosure('drop', 'orders', 'a', '--json');
  expect(refused.exitCode).toBe(3);
  expect(refused.json()).toMatchObject({
    dropped: [],
    refused: [{ digest: keyDigest('a'), key: 'a', why: 'filled', owner: me }],
    objects: 0,
  });
  expect((await enclosure('drop', 'orders', 'a')).stdout).toMatch(
    new RegExp(`  refused  a \\(${keyDigest('a').slice(0, 12)}\\) is being filled by ${me} since \\d+ s\n`),
  );
  expect(await cache.state('a')).toMatchObject({ state: 'filling', epoch: 1 });

  const forced = await enclosure('drop', 'orders', 'a', '--force');
  expect(forced).toMatchObject({ exitCode: 0, stderr: '' });
  // Whoever waited for it waits for another call now: its own.
  await waitFor('the call after it', async () => (await cache.state('a')).state === 'filling');
  release();
  await ended;
  await waitFor('its result', async () => (await cache.state('a')).state === 'ready');
  await cache.settled();
  expect(await objectsOf('a')).toHaveLength(2);
});

test('drop refuses a finished key while somebody reads along, whose parts it would take', async () => {
  await get(open(), 'a');
  await client.create(`${entry('a')}/streams/reader`, '', 'ephemeral');
  const refused = await enclosure('drop', 'orders', 'a', '--json');
  expect(refused.exitCode).toBe(3);
  expect(refused.json()).toMatchObject({ dropped: [], refused: [{ why: 'read-along', owner: null }] });
  expect(await objectsOf('a')).toHaveLength(2);
  expect((await enclosure('drop', 'orders', 'a', '--force')).exitCode).toBe(0);
  expect(await client.get(entry('a'))).toBeUndefined();
});

test('drop --all goes on past what is being filled, then takes the namespace and what is left of dropped keys', async () => {
  const cache = open();
  for (const key of ['a', 'b', 'c']) await get(cache, key);
  const { ended } = await beginFill(cache, 'busy');
  await client.create(`${stateRoot}/cache/orders/${'f'.repeat(64)}`, 'no state');
  const refused = await enclosure('drop', 'orders', '--all');
  expect(refused.exitCode).toBe(3);
  expect(refused.stdout).toMatch(
    /^orders: 4 keys dropped, 6 objects removed .*\n  refused  busy .*\n  Wait .*\n  The namespace stays: it has 1 key\.\n$/,
  );
  expect(await objectsOf('busy')).toHaveLength(1);
  release();
  await ended;
  await cache.settled();

  const gone = join(directory, 'orders', keyDigest('gone'), '1-0123456789abcdef');
  await mkdir(gone, { recursive: true });
  await writeFile(join(gone, 'raw-000000'), '');
  const all = await enclosure('drop', 'orders', '--all', '--json');
  expect(all.exitCode).toBe(0);
  expect(all.json()).toMatchObject({ refused: [], failed: [], namespaceDropped: true, left: null });
  expect(await client.get(`${stateRoot}/cache/orders`)).toBeUndefined();
  await expect(readdir(join(directory, 'orders'))).rejects.toThrow('ENOENT');
  expect(await get(cache, 'a', () => [7])).toEqual([7]);
});

test('drop takes the znodes also where level 2 cannot be seen, says what is left there, and exits 1', async () => {
  await get(open(), 'a');
  await rm(directory, { recursive: true });
  const ran = await enclosure('drop', 'orders', 'a');
  expect(ran.exitCode).toBe(1);
  expect(ran.stdout).toContain(`by hand: directory ${directory}, orders/${keyDigest('a')}\n`);
  expect(ran.stdout).toContain('    error[store-failed]: level 2 cannot be seen from this host');
  expect(await client.get(entry('a'))).toBeUndefined();
});

test('an ensemble that is named, that of snapshotCache, or the only one is asked; what to drop has to be said', async () => {
  await get(open(), 'a');
  const main = configuration().ensembles.get('main');
  if (main === undefined) throw new Error('no ensemble');
  const two = {
    ensembles: new Map([
      ['other', { ...main, connect: 'nowhere:1' }],
      ['main', main],
    ]),
  };
  const cached = { ensemble: main, level2: { directory }, ttlMs: 1, timeoutMs: 1 };
  const ls = (change: Partial<Configuration>, ...argv: string[]) =>
    runCommand(configuration(change), ['cache', 'ls', ...argv]);
  expect((await ls(two, '--ensemble', 'main')).stdout).toContain('orders: ');
  expect((await ls({ ...two, snapshotCache: cached })).stdout).toContain('orders: ');
  const unsaid = await ls(two);
  expect(unsaid.stderr).toContain('expected --ensemble with one of other, main');
  expect((await ls(two, '--ensemble', 'third')).stderr).toContain(
    'expected one of other, main; found "third"',
  );
  for (const argv of [[], ['a', '--all']]) {
    const ran = await enclosure('drop', 'orders', ...argv);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.stderr).toContain('expected a key, or --all');
  }
});
