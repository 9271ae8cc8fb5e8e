/**
 * Merges sorted sources into one, with a binary heap of their first entries. Every entry comes out exactly once whatever the
 * comparator says: a comparator that contradicts itself costs the order, never an item. Fails as the comparator and the
 * sources do.
 */
import type { Entry, Order, Source } from './entry.ts';

interface Head<T> {
  readonly source: Source<T>;
  entry: Entry<T>;
}

export async function merge<T>(sources: readonly Source<T>[], order: Order<T>): Promise<Source<T>> {
  const heap: Head<T>[] = [];
  for (const source of sources) {
    const entry = await source.next();
    if (entry !== undefined) heap.push({ source, entry });
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at -= 1) siftDown(heap, at, order);

  /** Puts the entry that follows in the place of the first one. */
  function replaceFirst(first: Head<T>, following: Entry<T> | undefined): void {
    if (following !== undefined) {
      first.entry = following;
    } else {
      const last = heap.pop();
      if (last === undefined || last === first) return;
      heap[0] = last;
    }
    siftDown(heap, 0, order);
  }

  return {
    next() {
      const first = heap[0];
      if (first === undefined) return undefined;
      const { entry, source } = first;
      const following = source.next();
      if (following instanceof Promise) {
        return following.then((arrived) => {
          replaceFirst(first, arrived);
          return entry;
        });
      }
      replaceFirst(first, following);
      return entry;
    },
  };
}

function siftDown<T>(heap: Head<T>[], from: number, order: Order<T>): void {
  const sinking = heap[from];
  if (sinking === undefined) return;
  let at = from;
  for (;;) {
    const left = heap[2 * at + 1];
    if (left === undefined) break;
    const right = heap[2 * at + 2];
    const isRight = right !== undefined && order(right.entry, left.entry) < 0;
    const child = isRight ? right : left;
    if (order(child.entry, sinking.entry) >= 0) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = sinking;
}
