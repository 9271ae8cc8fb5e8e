import { EnclosureError } from '../../base/enclosure-error.ts';
import type { ContentId } from '../../model/content-id.ts';
import type { Content } from '../../model/ports/contents.ts';

/** Contents in the order asked for, a few at a time. */
export type ContentBatches = AsyncIterable<readonly Content[]>;

/** Hands out the bytes of contents one by one, from batches as they arrive. */
export class ContentQueue {
  readonly #batches: AsyncIterator<readonly Content[]>;
  #batch: readonly Content[] = [];
  #next = 0;

  constructor(batches: ContentBatches) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Whether the next content has to be waited for. */
  get isEmpty(): boolean {
    return this.#next >= this.#batch.length;
  }

  /** The bytes of the next content, which is this one; undefined when it has to be waited for. Fails with `git-failed`. */
  tryTake(id: ContentId): Buffer | undefined {
    const content = this.#batch[this.#next];
    if (content === undefined) return undefined;
    this.#next += 1;
    if (content.id === id && content.data !== undefined) return content.data;
    throw unreadable(id, 'no such content');
  }

  async take(id: ContentId): Promise<Buffer> {
    for (;;) {
      const data = this.tryTake(id);
      if (data !== undefined) return data;
      const arrived = await this.#batches.next();
      if (arrived.done === true) throw unreadable(id, 'the end');
      this.#batch = arrived.value;
      this.#next = 0;
    }
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

function unreadable(expected: ContentId, found: string): EnclosureError {
  return new EnclosureError('git-failed', 'a content of the commit could not be read', {
    expected,
    found,
    next: 'Run it again; a damaged local copy is made again.',
  });
}
