/** What the tests of sorting share: a directory, items with JSON as their bytes, and a whole sort from end to end. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Codec } from '../../../../src/cache/bulk-cache-options.ts';
import { createSorter, type Sorter, type SorterOptions } from '../../../../src/cache/sorting/sorter.ts';

export interface Item {
  readonly rank: number;
  readonly name: string;
}

export function jsonCodec<T>(): Codec<T> {
  return {
    encode: (item) => Buffer.from(JSON.stringify(item)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as T,
  };
}

export const codec = jsonCodec<Item>();
export const byRank = (a: Item, b: Item): number => a.rank - b.rank;

/** What the result has to be: V8's own sort, with the tie-break of the contract. */
export function expectedOrder(items: readonly Item[]): string[] {
  return items
    .map((item) => ({ item, bytes: codec.encode(item) }))
    .toSorted((a, b) => byRank(a.item, b.item) || Buffer.compare(a.bytes, b.bytes))
    .map(({ bytes }) => Buffer.from(bytes).toString());
}

export interface Place {
  readonly directory: string;
  /** What is left in it. */
  left(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function makePlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-sorting-'));
  return {
    directory,
    left: async () => await readdir(directory, { recursive: true }),
    remove: async () => await rm(directory, { recursive: true, force: true }),
  };
}

export function sorterFor<T>(
  options: Pick<SorterOptions<T>, 'directory' | 'codec'> & Partial<SorterOptions<T>>,
): Sorter {
  return createSorter({ memoryBytes: 400, signal: new AbortController().signal, ...options });
}

/** @returns how often it had to write to the disk. */
export async function addAll<T>(sorter: Sorter, items: Iterable<T>, { encode }: Codec<T>): Promise<number> {
  let spills = 0;
  for (const item of items) {
    const spilled = sorter.add(encode(item));
    if (spilled === undefined) continue;
    spills += 1;
    await spilled;
  }
  return spills;
}

export async function finished(sorter: Sorter): Promise<string[]> {
  const texts: string[] = [];
  for await (const batch of sorter.finish()) {
    for (const bytes of batch) texts.push(Buffer.from(bytes).toString());
  }
  return texts;
}
