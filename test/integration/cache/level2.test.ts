import { execFile } from 'node:child_process';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keyDigest } from '../../../src/cache/coordination/entry-paths.ts';
import { formatEntry } from '../../../src/cache/coordination/parse-entry.ts';
import { tidyAfterFill } from '../../../src/cache/fill/tidy-after-fill.ts';
import { openLevel1 } from '../../../src/cache/level1/open-level1.ts';
import { openDirectoryStore } from '../../../src/cache/store/open-directory-store.ts';
import { keyFolder } from '../../../src/cache/store/part-store.ts';
import {
  cacheFixture,
  collect,
  counted,
  heldCall,
  namespace,
  temporaryDirectory,
} from '../../../harness/cache-fixture.ts';
import { freePort } from '../../../harness/free-port.ts';
import { makeSmallDisk } from '../../../harness/small-disk.ts';
import { waitFor } from '../../../harness/wait-for.ts';

const run = promisify(execFile);
const noLevel1 = { memoryBytes: 0, directoryBytes: 0, onProblem: () => undefined };
const rows = Array.from({ length: 3 }, (_, index) => `${index}`.repeat(1_100_000));
const firstOf = (items: readonly string[]): readonly (string | undefined)[] => items.map((item) => item[0]);

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

describe('level 2', () => {
  it.each([
    ['a part is missing', 'raw-000001', (path: string) => rm(path)],
    ['a part is cut', 'raw-000001', (path: string) => truncate(path, 100)],
    ['a part is empty', 'raw-000002', (path: string) => truncate(path, 0)],
    ['one bit is another', 'raw-000000', flip],
    ['the manifest is missing', 'manifest', (path: string) => rm(path)],
    ['the manifest is damaged', 'manifest', flip],
  ])('is repaired by one new call where %s', async (_name, name, harm) => {
    const fixture = await cacheFixture();
    await collect(fixture.open<string>().get('key', () => rows));
    const path = (await fixture.files('key')).find((one) => one.endsWith(name));
    await harm(path ?? '');
    const caches = [fixture.open<string>(), fixture.open<string>()];
    const again = counted(...rows.toReversed());
    const got = await Promise.all(caches.map((cache) => collect(cache.get('key', again.fill))));
    expect(got.map(firstOf)).toEqual([
      ['2', '1', '0'],
      ['2', '1', '0'],
    ]);
    expect(again.calls()).toBe(1);
    const repairs = caches.flatMap(({ events }) => events.filter(({ type }) => type === 'repair'));
    expect(repairs.length).toBeGreaterThan(0);
    expect(repairs).toMatchObject(repairs.map(() => ({ key: 'key', what: 'the result of epoch 1' })));
    expect(caches.reduce((sum, { counters }) => sum + counters.repairs, 0)).toBe(repairs.length);
    expect(await caches[0]?.state('key')).toMatchObject({ state: 'ready', epoch: 2 });
  });

  it('repairs the directory of level 1 without a call', async () => {
    const fixture = await cacheFixture();
    const directory = await temporaryDirectory();
    const options = { level1: { directory, memoryBytes: 0 } };
    await collect(fixture.open<string>(options).get('key', () => rows));
    const { stdout } = await run('find', [directory, '-name', '*.result']);
    await flip(stdout.trim());
    const cache = fixture.open<string>(options);
    const never = counted<string>();
    expect(firstOf(await collect(cache.get('key', never.fill)))).toEqual(['0', '1', '2']);
    expect(cache.counters).toMatchObject({ repairs: 1, hits: { disk: 1 } });
    expect(firstOf(await collect(fixture.open<string>(options).get('key', never.fill)))).toEqual([
      '0',
      '1',
      '2',
    ]);
    expect(never.calls()).toBe(0);
  });

  it('that does not answer fails all who wait with store-failed', async () => {
    const fixture = await cacheFixture();
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const s3 = { bucket: 'none', endpoint, region: 'eu-central-1', timeout: 1000 };
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
    onTestFinished(() => {
      delete process.env['AWS_ACCESS_KEY_ID'];
      delete process.env['AWS_SECRET_ACCESS_KEY'];
    });
    const caches = [fixture.open({ level2: { s3 } }), fixture.open({ level2: { s3 } })];
    const call = heldCall(1);
    const getting = caches.map((cache) => collect(cache.get('key', call.fill)));
    await waitFor('all to wait', () => caches.every(({ counters }) => counters.waits === 1));
    call.end();
    for (const one of getting) await expect(one).rejects.toMatchObject({ code: 'store-failed' });
    expect(call.signals).toHaveLength(1);
  });

  it('that does not answer fails those with store-failed who need a result that is there, and makes no call', async () => {
    const fixture = await cacheFixture();
    await collect(fixture.open().get('key', () => [1]));
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const s3 = { bucket: 'none', endpoint, region: 'eu-central-1', timeout: 1000 };
    const cache = fixture.open({ level2: { s3 } });
    const never = counted<number>();
    await expect(collect(cache.get('key', never.fill))).rejects.toMatchObject({ code: 'store-failed' });
    await expect(collect(cache.stream('key', never.fill))).rejects.toMatchObject({ code: 'store-failed' });
    expect(never.calls()).toBe(0);
    expect((await cache.state('key')).state).toBe('ready');
  });

  it('that is full fails the call with store-failed, and is used again when there is room', async (context) => {
    const fixture = await cacheFixture();
    const { directory, mounted, remove } = await makeSmallDisk(2048);
    onTestFinished(remove);
    if (!mounted) context.skip();
    const cache = fixture.open<string>({ level2: { directory } });
    await expect(collect(cache.get('key', () => rows))).rejects.toMatchObject({ code: 'store-failed' });
    await cache.settled();
    const little = rows.slice(1, 2);
    expect(firstOf(await collect(cache.get('key', () => little)))).toEqual(['1']);
    await cache.close();
  });
});

describe('what is not needed any more', () => {
  it('is removed: after some epochs only the last is there, and after close no znode and no file of a call', async () => {
    const fixture = await cacheFixture();
    const directory = await temporaryDirectory();
    const cache = fixture.open<string>({ sort: (a, b) => (a < b ? -1 : 1), level1: { directory } });
    for (const epoch of [1, 2, 3]) {
      await cache.invalidate('key');
      await collect(cache.get('key', () => [`${epoch}`, 'x']));
    }
    const call = heldCall('y');
    const failing = collect(cache.get('other', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    const client = await fixture.client();
    const streams = cache.stream('other', call.fill);
    expect((await streams.next()).value).toBe('y');
    await cache.close();
    await expect(failing).rejects.toMatchObject({ code: 'aborted' });
    const tree = await client.tree(fixture.stateRoot);
    expect([...tree].filter(([, { ephemeral }]) => ephemeral)).toEqual([]);
    expect(await client.children(fixture.entry('key'))).toEqual(['progress', 'streams']);
    expect(await fixture.names('key')).toEqual(['manifest', 'result-000000']);
    expect(await fixture.names('other')).toEqual([]);
    const { stdout } = await run('find', [directory, '-type', 'f']);
    expect(stdout.trim().split('\n').toSorted()).toEqual([
      expect.stringMatching(/\/3-[0-9a-f]+\.manifest$/),
      expect.stringMatching(/\/3-[0-9a-f]+\.result$/),
    ]);
  });

  it('of other keys is swept when it is long too old, and an entry that cannot be read stops nothing', async () => {
    const fixture = await cacheFixture();
    const client = await fixture.client();
    const cache = fixture.open({ ttl: 1000 });
    const keys = ['old', 'bad', 'new', 'kept'];
    for (const key of keys) await collect(cache.get(key, () => [1]));
    await cache.settled();
    const result = { epoch: 1, token: 'a', count: 1, bytes: 1, digest: 'a', generation: 1 };
    const facts = { format: 1, key: 'x', epoch: 1, state: 'ready', filling: null, failure: null } as const;
    const old = { ...facts, result: { ...result, expires: 5 } };
    await client.set(fixture.entry('old'), formatEntry(old).toString());
    await client.set(fixture.entry('bad'), 'what is this?');
    await client.set(
      fixture.entry('kept'),
      formatEntry({ ...facts, result: { ...result, expires: null } }).toString(),
    );
    await collect(cache.get('one more', () => [1]));
    await cache.settled();
    const left = (await client.children(`${fixture.stateRoot}/cache/${namespace}`)).filter((name) =>
      keys.some((key) => keyDigest(key) === name),
    );
    expect(left.toSorted()).toEqual(['bad', 'new', 'kept'].map((key) => keyDigest(key)).toSorted());
    expect(await fixture.names('old')).toEqual([]);
    expect(await fixture.names('new')).not.toEqual([]);
  });

  it('is never what the call itself wrote, although it was listed while that went on', async () => {
    const directory = await temporaryDirectory();
    const [store, level1] = [openDirectoryStore(directory), openLevel1({ ...noLevel1, namespace })];
    const id = { key: keyDigest('key'), epoch: 12, token: 'b' };
    const names = ['1-a/raw-000000', '12-b/raw-000000', '12-bb/raw-000000'].map(
      (name) => `${keyFolder(namespace, id.key)}/${name}`,
    );
    for (const name of names) await store.put(name, Buffer.from('x'));
    const rest = { raw: [], session: undefined as never, paths: undefined as never };
    const { signal } = new AbortController();
    const settings = { namespace, store, level1, ttl: undefined, aside: () => undefined };
    await tidyAfterFill(settings, { id, older: names, signal, ...rest });
    expect(await store.list(keyFolder(namespace, id.key))).toEqual(names.slice(1, 2));
  });
});
