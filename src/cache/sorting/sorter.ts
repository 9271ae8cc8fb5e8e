/**
 * Sorts and cleans the items of a fill within a bound of memory: in memory while they fit, beyond that as sorted runs in
 * temporary files, which are merged in as many passes as it takes. The result is the same, byte for byte, in whatever order
 * the items arrive and whatever fits.
 *
 * Leaves to the caller what is written where, and in which parts. Fails with `store-failed` where the temporary files
 * cannot be written or read, with the signal's error, and, unchanged, as `sort`, `clean` and the codec do.
 */
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Codec } from '../bulk-cache-options.ts';
import { cleaned, orderOf, type Source } from './entry.ts';
import { concatenate, createInMemory } from './in-memory.ts';
import { readInTurns, turnBytes } from './read-in-turns.ts';
import { merge } from './merge.ts';
import { readingPlan, RunReader, writeRun, type Run } from './run-reader.ts';
import { SpillFolder } from './spill-folder.ts';

export interface SorterOptions<T> {
  /** Items that compare equal are ordered by their bytes. Without it, they stay in the order of their arrival. */
  readonly sort?: (a: T, b: T) => number;
  /** Called once for each item, in the order of the result. What it returns is encoded in place of the item. */
  readonly clean?: (item: T) => T | undefined;
  readonly codec: Codec<T>;
  /** For the items that are held, as `costOf` counts them, and for merging. One item may be larger. */
  readonly memoryBytes: number;
  /** Temporary files go into a folder of their own below it, created when it is first needed. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

export interface Sorter {
  /**
   * Keeps an encoded item, whose bytes must no longer change. A promise only if it had to write to the disk: nothing
   * else may be called before it is settled, but `discard`.
   *
   * `sort` and `clean` get what the bytes decode to, and never the caller's own object: whether the set fits into memory
   * must not show.
   */
  add(bytes: Uint8Array): Promise<void> | void;
  /** Once. The result, encoded, in batches of some 256 KiB. The temporary files are gone when it ends in whatever way. */
  finish(): AsyncGenerator<Uint8Array[], void, undefined>;
  /** Removes the temporary files, whenever; what is under way fails with `aborted`. Never fails. */
  discard(): Promise<void>;
}

export function createSorter<T>(options: SorterOptions<T>): Sorter {
  const { sort, clean, codec, memoryBytes, signal } = options;
  const order = sort === undefined ? undefined : orderOf(sort);
  const folder = new SpillFolder(options.directory);
  const decode = order && ((bytes: Uint8Array) => codec.decode(bytes));
  const inMemory = createInMemory(order, decode);
  let runs: Run[] = [];
  let largest = 0;
  let discarded = false;

  function check(): void {
    throwIfAborted(signal);
    if (discarded) throw new EnclosureError('aborted', 'the sort was discarded before it was done');
  }

  async function spill(source: Source<T>): Promise<void> {
    runs.push(await writeRun(folder, readInTurns(source, check)));
  }

  async function discard(): Promise<void> {
    discarded = true;
    await folder.remove();
  }

  /** All entries in the order of the result. */
  async function inOrder(): Promise<Source<T>> {
    if (runs.length === 0) return await inMemory.take();
    if (inMemory.cost > 0) await spill(await inMemory.take());
    const { fanIn, blockBytes } = readingPlan(memoryBytes, largest);
    const read = (run: Run): Source<T> => new RunReader(folder, run, blockBytes, decode);
    if (order === undefined) return concatenate(runs.map(read));
    // The oldest first, and no more than it takes, so that an item is written again as seldom as possible.
    while (runs.length > fanIn) {
      const some = runs.slice(0, Math.min(fanIn, runs.length - fanIn + 1));
      runs = runs.slice(some.length);
      await spill(await merge(some.map(read), order));
    }
    return await merge(runs.map(read), order);
  }

  return {
    add(bytes) {
      inMemory.add(bytes);
      largest = Math.max(largest, bytes.length);
      return inMemory.cost > memoryBytes ? inMemory.take().then(spill) : undefined;
    },
    async *finish() {
      let batch: Uint8Array[] = [];
      let size = 0;
      try {
        for await (const entries of readInTurns(await inOrder(), check)) {
          for (const entry of entries) {
            const bytes = cleaned(entry, clean, codec);
            if (bytes === undefined) continue;
            batch.push(bytes);
            size += bytes.length;
            if (size < turnBytes) continue;
            yield batch;
            batch = [];
            size = 0;
          }
        }
        if (batch.length > 0) yield batch;
      } finally {
        await discard();
      }
    },
    discard,
  };
}
