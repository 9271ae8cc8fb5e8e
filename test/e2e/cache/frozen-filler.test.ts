/** A filler that stands still for longer than its session lives has lost its claim, whatever it believes when it goes on. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isFrozen } from '../../../harness/frozen.ts';
import { apiItems, startPagedApi, type PagedApi } from '../../../harness/paged-api.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { expectedOf, startCaller, type CallerProcess } from './caller.ts';

const items = apiItems(200);
let api: PagedApi;
let directory: string;
const callers: CallerProcess[] = [];

beforeAll(async () => {
  api = await startPagedApi(items, 50);
  directory = await mkdtemp(join(tmpdir(), 'enclosure-frozen-'));
});

afterAll(async () => {
  await Promise.all(callers.map((caller) => caller.stop()));
  await api.stop();
  await rm(directory, { recursive: true });
});

function start(): CallerProcess {
  const caller = startCaller({
    connect: inject('zookeeper'),
    stateRoot: '/frozen-filler',
    namespace: 'orders',
    level2: { directory },
    sessionTimeout: 1000,
    api: api.url,
  });
  callers.push(caller);
  return caller;
}

test('F60: a filler that was frozen beyond its session and thawed publishes nothing and takes the result of another', async () => {
  const [frozen, other] = [start(), start()];
  let goOn: () => void = () => undefined;
  const held = new Promise<'answer'>((resolve) => (goOn = () => resolve('answer')));
  // The first call stops before its last page, so that all that is left to do is to publish.
  api.behave('key', ({ page, call }) => (call === 1 && page === 3 ? held : 'answer'));
  const own = frozen.ask({ op: 'get', key: 'key' });
  await frozen.tells('its call', ({ event }) => event === 'filling');
  await waitFor('three pages', async () => {
    const answer = await other.ask({ op: 'state', key: 'key' });
    const state = answer?.['state'] as { progress?: { items: number } } | undefined;
    return state?.progress?.items === 150;
  });
  frozen.signal('SIGSTOP');
  await waitFor('it to stand still', () => isFrozen(frozen.pid));
  const expected = expectedOf(items);
  expect(await other.ask({ op: 'get', key: 'key' })).toMatchObject(expected);
  expect(other.told).toContainEqual(expect.objectContaining({ event: 'filling', epoch: 2, takeover: true }));

  goOn();
  frozen.signal('SIGCONT');
  expect(await own).toMatchObject(expected);
  expect(frozen.told).toContainEqual(
    expect.objectContaining({ event: 'fill-failed', epoch: 1, superseded: true }),
  );
  expect(frozen.told.filter(({ event }) => event === 'filled')).toEqual([]);
  const state = await other.ask({ op: 'state', key: 'key' });
  expect(state?.['state']).toMatchObject({ state: 'ready', epoch: 2 });
  expect(api.calls('key')).toBe(2);
  const folder = join(directory, 'orders', createHash('sha256').update('key').digest('hex'));
  await waitFor('nothing of the first call to be left', async () => {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile());
    return files.every(({ parentPath }) => parentPath.includes(`${folder}/2-`)) && files.length > 0;
  });
});
