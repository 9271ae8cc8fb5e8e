/**
 * The filler is killed with SIGKILL before each of the operations that a fill is made of: every write to a socket (ZooKeeper,
 * the API) and every operation on the disk. Somebody waits each time, and goes on by themselves; nobody ever gets less than
 * everything, and every call beyond the first is a takeover.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apiItems, startPagedApi, type PagedApi } from '../../../harness/paged-api.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { expectedOf, startCaller, type CallerProcess } from './caller.ts';

const items = apiItems(300, 2000); // several parts, and runs that are spilled
const expected = expectedOf(items);
/** Killed at the same time. */
const lanes = 6;
let api: PagedApi;
let directory: string;
let options: object;
let survivor: CallerProcess;
const takenOver: string[] = [];

beforeAll(async () => {
  api = await startPagedApi(items, 100);
  directory = await mkdtemp(join(tmpdir(), 'enclosure-killed-'));
  options = {
    connect: inject('zookeeper'),
    stateRoot: '/killed-filler',
    namespace: 'orders',
    level2: { directory },
    sessionTimeout: 1000,
    workingMemoryBytes: 256 * 1024,
    api: api.url,
  };
  survivor = startCaller(options);
  await survivor.tells('its start', ({ ready }) => ready !== undefined);
});

afterAll(async () => {
  await survivor.stop();
  await api.stop();
  await rm(directory, { recursive: true });
});

interface Outcome {
  readonly died: boolean;
  readonly claimed: boolean;
  readonly took: boolean;
}

async function killBefore(operation: number): Promise<Outcome> {
  const key = `killed before ${operation}`;
  const doomed = startCaller({ ...options, dieBefore: operation });
  try {
    await doomed.tells('its start', ({ ready }) => ready !== undefined);
    const own = doomed.ask({ op: 'get', key });
    const claimed = (): boolean => doomed.told.some(({ event }) => event === 'filling');
    await waitFor(
      'a claim or an end',
      () => claimed() || doomed.ended || doomed.told.some(({ count }) => count),
    );
    const got = await survivor.ask({ op: 'get', key, deadline: 60_000 });
    expect(got).toMatchObject(expected);
    const answer = await own;
    if (answer !== undefined) expect(answer).toMatchObject(expected);
    const state = await survivor.ask({ op: 'state', key });
    const begun = survivor.told.filter((told) => told['event'] === 'filling' && told['key'] === key);
    const took = begun.some(({ takeover }) => takeover === true);
    if (took) takenOver.push(key);
    // A filler that died after its claim and before its call has made none.
    expect(api.calls(key)).toBeLessThanOrEqual(1 + Number(took));
    expect(api.calls(key)).toBeGreaterThanOrEqual(1);
    expect(state?.['state']).toMatchObject({ state: 'ready', epoch: took ? 2 : 1 });
    return { died: answer === undefined, claimed: claimed(), took };
  } finally {
    await doomed.stop();
  }
}

test('F60: whenever the filler is killed, who waits takes over and gets everything', async () => {
  const outcomes: Outcome[] = [];
  let next = 1;
  let survived = false;
  const lane = async (): Promise<void> => {
    while (!survived) {
      const operation = next;
      next += 1;
      const outcome = await killBefore(operation);
      outcomes[operation] = outcome;
      if (!outcome.died) survived = true;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const died = outcomes.filter((outcome) => outcome?.died);
  const took = outcomes.filter((outcome) => outcome?.took);
  console.log(`killed before each of ${died.length} operations; ${took.length} were taken over`);
  expect(died.length).toBeGreaterThan(20);
  expect(took.length).toBeGreaterThan(10);
}, 300_000);

test('what a killed filler left in level 2 is gone when the next one has filled', async () => {
  expect(takenOver.length).toBeGreaterThan(0);
  for (const key of takenOver) {
    const folder = join(directory, 'orders', createHash('sha256').update(key).digest('hex'));
    // Of a filler that was killed between making its folder and its first part, the empty folder stays.
    await waitFor(`nothing but one result in ${folder}`, async () => {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = found.filter((entry) => entry.isFile());
      const isTidy = files.every(({ name }) => name === 'manifest' || name.startsWith('result-'));
      return isTidy && files.filter(({ name }) => name === 'manifest').length === 1;
    });
  }
});
