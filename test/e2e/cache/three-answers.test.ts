/**
 * The question that the cache answers for many processes: has the call (a) not been made yet, (b) been begun, and its items are
 * streaming into level 2, or (c) been finished, sorted, cleaned and stored? Three processes, and what each of them saw.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apiItems, startPagedApi, type PagedApi } from '../../../harness/paged-api.ts';
import { expectedOf, startCaller, type CallerProcess } from './caller.ts';

const items = apiItems(400);
let api: PagedApi;
let directory: string;
const callers: CallerProcess[] = [];

beforeAll(async () => {
  api = await startPagedApi(items, 100);
  directory = await mkdtemp(join(tmpdir(), 'enclosure-answers-'));
});

afterAll(async () => {
  await Promise.all(callers.map((caller) => caller.stop()));
  await api.stop();
  await rm(directory, { recursive: true });
});

test('separate processes know whether a call was not begun, is streaming, or is finished', async () => {
  const options = {
    connect: inject('zookeeper'),
    stateRoot: '/three-answers',
    namespace: 'orders',
    level2: { directory },
    api: api.url,
  };
  const [first, follower, late] = [startCaller(options), startCaller(options), startCaller(options)];
  callers.push(first, follower, late);
  let goOn: () => void = () => undefined;
  const held = new Promise<'answer'>((resolve) => (goOn = () => resolve('answer')));
  api.behave('all', ({ page }) => (page < 2 ? 'answer' : held));

  const before = await late.ask({ op: 'state', key: 'all' });
  console.log('(a) not yet begun:', before?.['state']);
  expect(before?.['state']).toEqual({ state: 'absent' });

  const gets = first.ask({ op: 'get', key: 'all' });
  await first.tells('its call', ({ event }) => event === 'filling');
  const streams = follower.ask({ op: 'stream', key: 'all' });
  const seen = await follower.tells('its first item', ({ first: item }) => item !== undefined);
  const during = await late.ask({ op: 'state', key: 'all' });
  console.log('(b) streaming:', during?.['state'], 'and the follower has item', seen['first']);
  expect(during?.['state']).toMatchObject({ state: 'filling', epoch: 1, progress: { complete: false } });
  expect(first.told.some(({ count }) => count !== undefined)).toBe(false);

  goOn();
  const expected = expectedOf(items);
  expect(await gets).toMatchObject(expected);
  expect(await streams).toMatchObject({ count: items.length });
  const after = await late.ask({ op: 'state', key: 'all' });
  console.log('(c) finished:', after?.['state']);
  expect(after?.['state']).toMatchObject({ state: 'ready', epoch: 1, count: expected.count });
  expect(await late.ask({ op: 'get', key: 'all' })).toMatchObject(expected);
  expect(late.told.filter(({ event }) => event === 'hit')).toMatchObject([{ level: 'level2' }]);
  expect(api.calls('all')).toBe(1);
});
