/**
 * What is still to be read, cut into requests: at most `maxReads` reads and about `maxReplyBytes` of answer each, so that
 * neither a thousand round trips nor a reply of 200 MB is the price of a tree. Pure bookkeeping, first in, first out.
 *
 * A size that nobody knows is taken for the mean of those seen last, but never for less than 16 KiB: so when all znodes
 * are suddenly large, a reply holds 64 of them at most before the mean has caught up.
 */
import type { Read } from '../../model/ports/channel.ts';

export interface QueuedRead<E = unknown> {
  readonly op: Read['op'];
  /** Relative to the root that is read. */
  readonly relative: string;
  /** Bytes of the answer, where they are known. */
  readonly bytes: number | undefined;
  /** What is known of the znode already. */
  readonly expected?: E | undefined;
}

export const maxReads = 200;
export const maxReplyBytes = 1024 * 1024;

/** A result's header, a stat, and a length. */
const overhead = 81;
const leastGuess = 16 * 1024;
const weight = 1 / 64;

export class ReadQueue<E = unknown> {
  #queue: QueuedRead<E>[] = [];
  #next = 0;
  #mean = leastGuess;

  get length(): number {
    return this.#queue.length - this.#next;
  }

  push(read: QueuedRead<E>): void {
    this.#queue.push(read);
  }

  /** The length of a value that was read: makes the guess for the ones to come. Growth counts at once, decline slowly. */
  saw(bytes: number): void {
    this.#mean = bytes > this.#mean ? (this.#mean + bytes) / 2 : this.#mean + (bytes - this.#mean) * weight;
  }

  /** The next request's reads; always at least one while there are any. */
  take(): QueuedRead<E>[] {
    const batch: QueuedRead<E>[] = [];
    let bytes = 0;
    while (batch.length < maxReads) {
      const read = this.#queue[this.#next];
      if (read === undefined) break;
      bytes += overhead + (read.bytes ?? Math.max(leastGuess, this.#mean));
      if (batch.length > 0 && bytes > maxReplyBytes) break;
      batch.push(read);
      this.#next += 1;
    }
    this.#compact();
    return batch;
  }

  /** Forgets what was taken, without moving the rest each time. */
  #compact(): void {
    if (this.#next < 4096 || this.#next * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#next);
    this.#next = 0;
  }
}
