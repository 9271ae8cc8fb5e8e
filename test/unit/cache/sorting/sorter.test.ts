import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Codec } from '../../../../src/cache/bulk-cache-options.ts';
import { seededRandom } from '../../../../harness/seeded-random.ts';
import {
  addAll,
  byRank,
  codec,
  expectedOrder,
  finished,
  jsonCodec,
  makePlace,
  sorterFor,
  type Item,
  type Place,
} from './fixture.ts';

const anyItem: fc.Arbitrary<Item> = fc.record({
  rank: fc.integer({ min: 0, max: 8 }),
  name: fc.string({ maxLength: 60 }),
});
/** From one item a run to all in memory. */
const anyMemory = fc.oneof(fc.integer({ min: 1, max: 4000 }), fc.constant(1024 * 1024));
const numbers = jsonCodec<number>();
const inMemory = 1024 * 1024;
const contrary = seededRandom(3);

function items(count: number, seed = 1): Item[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => ({
    rank: Math.floor((random() * count) / 3),
    name: `item ${index}`,
  }));
}

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(async () => await place.remove());

async function sortOnce(list: readonly Item[], memoryBytes: number): Promise<string[]> {
  const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes });
  await addAll(sorter, list, codec);
  return await finished(sorter);
}

describe('sorting', () => {
  test('does what V8 does, ties by the bytes, within any memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyItem, { maxLength: 40 }), anyMemory, async (list, memoryBytes) => {
        expect(await sortOnce(list, memoryBytes)).toEqual(expectedOrder(list));
        expect(await place.left()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('merges in several passes when there are more runs than can be read at once', async () => {
    const list = items(300);
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes: 1000 });
    expect(await addAll(sorter, list, codec)).toBeGreaterThan(50);
    expect(await finished(sorter)).toEqual(expectedOrder(list));
    expect(await place.left()).toEqual([]);
  });

  test('merges the slices that were sorted in memory', async () => {
    const list = items(20_000);
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes: 64 * inMemory });
    expect(await addAll(sorter, list, codec)).toBe(0);
    expect((await finished(sorter)).join('\n')).toBe(expectedOrder(list).join('\n'));
  });

  test('gives the same bytes in whatever order the items arrive', async () => {
    const list = items(60);
    const result = await sortOnce(list, inMemory);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(list, { minLength: list.length }),
        anyMemory,
        async (shuffled, memoryBytes) => {
          expect(await sortOnce(shuffled, memoryBytes)).toEqual(result);
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each([400, inMemory])(
    'keeps items that are the same down to the byte, in %i bytes',
    async (memory) => {
      const same = Array.from({ length: 50 }, () => ({ rank: 1, name: 'same' }));
      expect(await sortOnce(same, memory)).toEqual(expectedOrder(same));
    },
  );

  test.each([
    ['says NaN', () => Number.NaN],
    ['says that every item is the smaller one', () => -1],
    ['says that every item is the larger one', () => 1],
    ['says anything', () => contrary() - 0.5],
  ])('loses no item and doubles none when the comparator %s', async (_, sort) => {
    const list = items(120);
    for (const memoryBytes of [600, 5000, inMemory]) {
      const sorter = sorterFor({ codec, directory: place.directory, sort, memoryBytes });
      await addAll(sorter, list, codec);
      expect((await finished(sorter)).toSorted()).toEqual(
        list.map((item) => JSON.stringify(item)).toSorted(),
      );
    }
  });

  test('takes items that are larger than all of the memory', async () => {
    const large = (rank: number, bytes: number): Item => ({ rank, name: String(rank).repeat(bytes) });
    const list = [
      large(3, 700_000),
      large(9, 3),
      large(1, 5),
      large(2, 600_000),
      large(0, 1),
      large(4, 300_000),
    ];
    const result = await sortOnce(list, 2000);
    expect(result.join() === expectedOrder(list).join()).toBe(true);
  });

  test('hands out what was decoded from bytes that nobody overwrites', async () => {
    const raw: Codec<Uint8Array> = { encode: (item) => item, decode: (bytes) => bytes };
    const list = Array.from({ length: 3000 }, () => randomBytes(16));
    const seen: Uint8Array[] = [];
    const clean = (item: Uint8Array): Uint8Array => {
      seen.push(item);
      return item;
    };
    const sort = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b);
    const sorter = sorterFor({ codec: raw, directory: place.directory, sort, clean, memoryBytes: 50_000 });
    expect(await addAll(sorter, list, raw)).toBeGreaterThan(2);
    await finished(sorter);
    const hex = (all: readonly Uint8Array[]): string => Buffer.concat(all).toString('hex');
    expect(hex(seen)).toBe(hex(list.toSorted(sort)));
  });

  test('gives nothing, and writes nothing, for no item', async () => {
    expect(await sortOnce([], 1)).toEqual([]);
  });

  test('hands out batches of some 256 KiB', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes: 200_000 });
    await addAll(
      sorter,
      items(1000).map((item) => ({ ...item, name: item.name.repeat(100) })),
      codec,
    );
    const sizes: number[] = [];
    for await (const batch of sorter.finish()) sizes.push(Buffer.concat(batch).length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(300 * 1024);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(256 * 1024);
  });
});

describe('without a comparator', () => {
  test('items stay in the order of their arrival, within any memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { maxLength: 40 }), anyMemory, async (list, memoryBytes) => {
        const sorter = sorterFor({ codec: numbers, directory: place.directory, memoryBytes });
        await addAll(sorter, list, numbers);
        expect(await finished(sorter)).toEqual(list.map(String));
        expect(await place.left()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test.each([500, 64 * inMemory])('they are cleaned in that order, in %i bytes', async (memoryBytes) => {
    const list = Array.from({ length: 9000 }, (_, index) => (index * 7919) % 9001);
    const seen: number[] = [];
    const clean = (item: number): number | undefined => {
      seen.push(item);
      return item % 2 === 0 ? -item : undefined;
    };
    const sorter = sorterFor({ codec: numbers, directory: place.directory, clean, memoryBytes });
    await addAll(sorter, list.slice(0, memoryBytes), numbers);
    const result = await finished(sorter);
    expect(seen).toEqual(list.slice(0, memoryBytes));
    expect(result).toEqual(
      seen.filter((item) => item % 2 === 0).map((item) => numbers.encode(-item).toString()),
    );
  });
});

describe.each([
  ['in memory', inMemory],
  ['from the disk', 900],
])('cleaning %s', (_, memoryBytes) => {
  async function clean(list: readonly Item[], each: (item: Item) => Item | undefined): Promise<string[]> {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, clean: each, memoryBytes });
    const spills = await addAll(sorter, list, codec);
    expect(spills > 0).toBe(memoryBytes < inMemory);
    return await finished(sorter);
  }

  test('sees every item once, in the order of the result, so that it can drop neighbours', async () => {
    const list = items(100).map(({ rank, name }) => ({ rank: rank % 10, name }));
    let last: Item | undefined;
    const result = await clean(list, (item) => {
      const isNew = last?.rank !== item.rank;
      last = item;
      return isNew ? item : undefined;
    });
    const firsts = expectedOrder(list).filter(
      (text, index, all) => index === 0 || (JSON.parse(text) as Item).rank !== rankOf(all[index - 1]),
    );
    expect(result).toEqual(firsts);
  });

  test('puts another item in the place of one', async () => {
    const list = items(30);
    const result = await clean(list, ({ rank }) => ({ rank: -rank, name: 'another' }));
    expect(result).toEqual(
      expectedOrder(list).map((text) => JSON.stringify({ rank: -rankOf(text), name: 'another' })),
    );
  });

  test('cannot change an item in place, which nobody would see', async () => {
    const changing = clean(items(30), (item) => Object.assign(item, { name: 'changed' }));
    await expect(changing).rejects.toBeInstanceOf(TypeError);
  });

  test('may return what cannot be frozen as it is', async () => {
    const asIs = { encode: (bytes: Uint8Array) => bytes, decode: (bytes: Uint8Array) => bytes };
    const sorter = sorterFor({
      codec: asIs,
      directory: place.directory,
      clean: (bytes: Uint8Array) => bytes,
    });
    await addAll(sorter, [Buffer.from('a'), Buffer.from('b')], asIs);
    expect(await finished(sorter)).toEqual(['a', 'b']);
  });

  test('drops all', async () => {
    expect(await clean(items(30), () => undefined)).toEqual([]);
  });

  test('lets its own error through and leaves nothing behind', async () => {
    const error = new Error('cannot be cleaned');
    await expect(
      clean(items(30), () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await place.left()).toEqual([]);
  });
});

describe('an error', () => {
  const error = new TypeError('of the user');
  const fail = (): never => {
    throw error;
  };

  test.each([
    ['the comparator', { sort: fail }, inMemory],
    ['the comparator, on the disk', { sort: fail }, 900],
    [
      'encoding',
      { sort: byRank, clean: (item: Item) => ({ ...item }), codec: { ...codec, encode: fail } },
      inMemory,
    ],
    ['decoding', { sort: byRank, codec: { ...codec, decode: fail } }, 900],
    ['decoding for clean', { clean: (item: Item) => item, codec: { ...codec, decode: fail } }, inMemory],
  ])('of %s goes through as it is and leaves nothing behind', async (_, options, memoryBytes) => {
    const sorter = sorterFor({ codec, directory: place.directory, memoryBytes, ...options });
    const sorted = addAll(sorter, items(30), codec).then(async () => await finished(sorter));
    await expect(sorted).rejects.toBe(error);
    await sorter.discard();
    expect(await place.left()).toEqual([]);
  });

  test('of a comparator that gives up while runs are merged goes through', async () => {
    let calls = 0;
    const sort = (a: Item, b: Item): number => (++calls > 400 ? fail() : byRank(a, b));
    const sorter = sorterFor({ codec, directory: place.directory, memoryBytes: 1500, sort });
    await addAll(sorter, items(100), codec);
    expect(calls).toBeLessThan(400);
    await expect(finished(sorter)).rejects.toBe(error);
    expect(await place.left()).toEqual([]);
  });

  test('of a directory that cannot be made says where, what and what next', async () => {
    const file = join(place.directory, 'file');
    await writeFile(file, '');
    const directory = join(file, 'missing');
    const sorter = sorterFor({ codec, directory, sort: byRank });
    await expect(addAll(sorter, items(30), codec)).rejects.toMatchObject({
      code: 'store-failed',
      details: {
        where: directory,
        found: 'ENOTDIR (mkdir)',
        next: expect.stringMatching(/A file stands where/) as unknown,
      },
    });
    await sorter.discard();
  });

  test('of a temporary file that was cut is known, and gives no shorter result', async () => {
    const sorter = sorterFor({ codec, directory: place.directory, sort: byRank, memoryBytes: 1000 });
    await addAll(sorter, items(30), codec);
    const [folder = ''] = await readdir(place.directory);
    await truncate(join(place.directory, folder, 'run-2'), 30);
    await expect(finished(sorter)).rejects.toMatchObject({
      code: 'store-failed',
      details: { where: join(place.directory, folder, 'run-2'), found: '30 bytes' },
    });
    expect(await place.left()).toEqual([]);
  });
});

function rankOf(text: string | undefined): number {
  return (JSON.parse(text ?? '') as Item).rank;
}
