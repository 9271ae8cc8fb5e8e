import { EnclosureError } from '../../base/enclosure-error.ts';

type Blob = { readonly oid: string; readonly data?: Buffer };

/** Blobs in the order asked for, without `data` where git has no such blob. */
export type BlobBatches = AsyncIterable<readonly Blob[]>;

/** Hands out blobs one by one, from batches as they arrive. */
export class BlobQueue {
  readonly #batches: AsyncIterator<readonly Blob[]>;
  #batch: readonly Blob[] = [];
  #next = 0;

  constructor(batches: BlobBatches) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Whether the next blob has to be waited for. */
  get isEmpty(): boolean {
    return this.#next >= this.#batch.length;
  }

  /** The data of the next blob, which is this one; undefined when it has to be waited for. Fails with `git-failed`. */
  tryTake(oid: string): Buffer | undefined {
    const blob = this.#batch[this.#next];
    if (blob === undefined) return undefined;
    this.#next += 1;
    if (blob.oid === oid && blob.data !== undefined) return blob.data;
    throw unreadable(oid, 'no such object');
  }

  async take(oid: string): Promise<Buffer> {
    for (;;) {
      const data = this.tryTake(oid);
      if (data !== undefined) return data;
      const arrived = await this.#batches.next();
      if (arrived.done === true) throw unreadable(oid, 'the end');
      this.#batch = arrived.value;
      this.#next = 0;
    }
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

function unreadable(expected: string, found: string): EnclosureError {
  return new EnclosureError('git-failed', 'a blob of the commit could not be read from the local copy', {
    expected,
    found,
    next: 'Run it again; a damaged copy is made anew.',
  });
}
