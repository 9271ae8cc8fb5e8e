/** What is sorted: an item with its bytes, the sources of entries, and their order. Values only. */
import type { Codec } from '../bulk-cache-options.ts';

export interface Entry<T> {
  readonly bytes: Uint8Array;
  /** Undefined where nothing is sorted: then it is decoded when it is its turn to be cleaned. */
  readonly item: T | undefined;
}

/**
 * Hands out entries, one a call; undefined at the end, and from then on. A promise only where it has to wait for the disk:
 * awaiting every single item would cost more than merging it.
 */
export interface Source<T> {
  next(): Entry<T> | undefined | Promise<Entry<T> | undefined>;
}

export type Order<T> = (a: Entry<T>, b: Entry<T>) => number;

/** Items that compare equal, or not at all (NaN), are ordered by their bytes: the result must not depend on their arrival. */
export function orderOf<T>(sort: (a: T, b: T) => number): Order<T> {
  return (a, b) => sort(a.item as T, b.item as T) || Buffer.compare(a.bytes, b.bytes);
}

/**
 * What an entry is taken to cost in memory. Nobody can measure a decoded value: it is taken for as large as its bytes, and
 * 200 for the objects around both.
 */
export function costOf(length: number, withItem: boolean): number {
  return (withItem ? 2 : 1) * length + 200;
}

/**
 * The bytes that come out for an entry; undefined where it was dropped. Only what `clean` put in an item's place is encoded:
 * encoding costs more than everything else here. So an item must not be changed in place, and its fields are frozen; a module,
 * which is always strict, that tries it fails. Fails as `clean` and the codec do.
 */
export function cleaned<T>(
  { bytes, item }: Entry<T>,
  clean: ((item: T) => T | undefined) | undefined,
  codec: Codec<T>,
): Uint8Array | undefined {
  if (clean === undefined) return bytes;
  const given = frozen(item ?? codec.decode(bytes));
  const result = clean(given);
  if (result === undefined) return undefined;
  return result === given ? bytes : codec.encode(result);
}

/** Bytes cannot be frozen. */
function frozen<T>(item: T): T {
  return typeof item === 'object' && item !== null && !ArrayBuffer.isView(item) ? Object.freeze(item) : item;
}
