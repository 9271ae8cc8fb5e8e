/**
 * The entries of the current run. They are sorted in slices, as they come: sorting hundreds of thousands at once would keep
 * the event loop from sending the session's pings. Fails as the comparator and the codec do.
 */
import { costOf, type Entry, type Order, type Source } from './entry.ts';
import { merge } from './merge.ts';

/** Some 100 ms with a slow comparator (`localeCompare`). */
const sliceItems = 8192;

export interface InMemory<T> {
  /** As `costOf` says. */
  readonly cost: number;
  add(bytes: Uint8Array): void;
  /** All entries in their order; nothing is held afterwards but what is still to be read. */
  take(): Promise<Source<T>>;
}

/** @param order without one, entries stay in the order of their arrival, and only the bytes of an item are held. */
export function createInMemory<T>(
  order: Order<T> | undefined,
  decode: ((bytes: Uint8Array) => T) | undefined,
): InMemory<T> {
  let slices: Entry<T>[][] = [];
  let slice: Entry<T>[] = [];
  let cost = 0;

  function closeSlice(): void {
    if (order !== undefined) slice.sort(order);
    slices.push(slice);
    slice = [];
  }

  return {
    get cost() {
      return cost;
    },
    add(bytes) {
      slice.push({ bytes, item: decode?.(bytes) });
      cost += costOf(bytes.length, order !== undefined);
      if (slice.length === sliceItems) closeSlice();
    },
    async take() {
      closeSlice();
      const sources = slices.map(sourceOf);
      slices = [];
      cost = 0;
      return order === undefined ? concatenate(sources) : await merge(sources, order);
    },
  };
}

/** Lets go of each entry as it is read. */
function sourceOf<T>(entries: Entry<T>[]): Source<T> {
  entries.reverse();
  return { next: () => entries.pop() };
}

/** One source after the other. */
export function concatenate<T>(sources: readonly Source<T>[]): Source<T> {
  let index = 0;
  function next(): ReturnType<Source<T>['next']> {
    const source = sources[index];
    if (source === undefined) return undefined;
    const got = source.next();
    return got instanceof Promise ? got.then(orNext) : orNext(got);
  }
  function orNext(entry: Entry<T> | undefined): ReturnType<Source<T>['next']> {
    if (entry !== undefined) return entry;
    index += 1;
    return next();
  }
  return { next };
}
