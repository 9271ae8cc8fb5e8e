/** That nothing is left behind: whatever moment a sort is given up at. */
import { readdir, readlink } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSmallDisk } from '../../../../harness/small-disk.ts';
import { addAll, byRank, codec, finished, makePlace, sorterFor, type Item, type Place } from './fixture.ts';

/** More than one batch, and more than one run. */
const large = Array.from({ length: 600 }, (_, index): Item => ({
  rank: (index * 101) % 600,
  name: 'x'.repeat(1000),
}));
const memoryBytes = 100_000;
const aborted = { code: 'aborted' };

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(async () => await place.remove());

describe('discard', () => {
  test('removes the runs, more than once and when there are none', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
    await addAll(sorter, large, codec);
    expect(await place.left()).not.toEqual([]);
    await Promise.all([sorter.discard(), sorter.discard()]);
    await sorter.discard();
    expect(await place.left()).toEqual([]);

    const unused = sorterFor({ codec, directory: place.directory, sort: byRank });
    await unused.discard();
    expect(await place.left()).toEqual([]);
  });

  test('does not fail where somebody has removed everything before', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
    await addAll(sorter, large, codec);
    await place.remove();
    await sorter.discard();
  });

  test('ends a write that is under way', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
    const adding = addAll(sorter, large, codec);
    await Promise.all([expect(adding).rejects.toMatchObject(aborted), sorter.discard()]);
    expect(await place.left()).toEqual([]);
  });

  test('leaves nothing behind at whatever moment of a write it comes', async () => {
    for (let turns = 0; turns < 25; turns += 1) {
      const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
      const adding = addAll(sorter, large, codec).catch((error: unknown) => error);
      for (let turn = 0; turn < turns; turn += 1) await setImmediate();
      await sorter.discard();
      expect(await place.left()).toEqual([]);
      expect(await adding).toMatchObject(aborted);
    }
  });

  test('ends a result that is being read, which leaves no file open', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
    await addAll(sorter, large, codec);
    const result = sorter.finish();
    await result.next();
    if (process.platform === 'linux') expect(await openBelow(place.directory)).toBeGreaterThan(1);
    await sorter.discard();
    expect(await place.left()).toEqual([]);
    expect(await openBelow(place.directory)).toBe(0);
    await expect(result.next()).rejects.toMatchObject(aborted);
  });

  test('ends a result that is being read from memory', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, memoryBytes: 16 * 1024 * 1024 });
    await addAll(sorter, large, codec);
    const result = sorter.finish();
    await result.next();
    await sorter.discard();
    await expect(result.next()).rejects.toMatchObject(aborted);
  });

  test('while runs are merged in a pass ends it', async () => {
    let calls = 0;
    const sorter = sorterFor({
      codec,
      directory: place.directory,
      memoryBytes: 5000,
      sort(a: Item, b: Item) {
        calls += 1;
        if (calls === startOfMerging + 500) discarding = sorter.discard();
        return byRank(a, b);
      },
    });
    let startOfMerging = Number.NaN;
    let discarding: Promise<void> | undefined;
    await addAll(sorter, large, codec);
    startOfMerging = calls;
    await expect(sorter.finish().next()).rejects.toMatchObject(aborted);
    expect(discarding).toBeDefined();
    await discarding;
    expect(await place.left()).toEqual([]);
  });
});

test('runs are removed as soon as they are merged', async () => {
  const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes: 5000 });
  await addAll(sorter, large, codec);
  const folder = 1;
  expect((await place.left()).length).toBeGreaterThan(folder + 100);
  const result = sorter.finish();
  await result.next();
  expect((await place.left()).length).toBeLessThanOrEqual(folder + 2);
  await result.return();
  expect(await place.left()).toEqual([]);
});

test('a reader that stops early leaves nothing behind', async () => {
  const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
  await addAll(sorter, large, codec);
  for await (const batch of sorter.finish()) {
    expect(batch.length).toBeGreaterThan(0);
    break;
  }
  expect(await place.left()).toEqual([]);
  expect(await openBelow(place.directory)).toBe(0);
});

test('a signal that fires ends writing, and reading, with its error', async () => {
  const writing = new AbortController();
  const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, signal: writing.signal });
  writing.abort();
  await expect(addAll(sorter, large, codec)).rejects.toMatchObject(aborted);
  await sorter.discard();

  const reading = new AbortController();
  const read = sorterFor({ codec, directory: place.directory, memoryBytes, signal: reading.signal });
  await addAll(read, large, codec);
  const result = read.finish();
  await result.next();
  reading.abort();
  await expect(result.next()).rejects.toMatchObject(aborted);
  expect(await place.left()).toEqual([]);
});

describe('a full disk', async () => {
  const { directory: disk, mounted, remove } = await makeSmallDisk(256);
  afterAll(remove);

  test.skipIf(!mounted)('is an error that says so, and is as it was afterwards', async () => {
    const sorter = sorterFor({ codec, directory: disk, sort: byRank, memoryBytes });
    await expect(addAll(sorter, large, codec)).rejects.toMatchObject({
      code: 'store-failed',
      retryable: true,
      message: expect.stringMatching(/enclosure-full.*ENOSPC \(write\).*Make room/) as unknown,
    });
    await sorter.discard();
    expect(await readdir(disk)).toEqual([]);

    const small = sorterFor({ codec, directory: disk, sort: byRank, memoryBytes });
    await addAll(small, large.slice(0, 100), codec);
    expect(await finished(small)).toHaveLength(100);
  });
});

/** Files below a directory that this process has open. */
async function openBelow(directory: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const all = await readdir('/proc/self/fd');
  const targets = await Promise.all(all.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(directory)).length;
}
