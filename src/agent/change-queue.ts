/**
 * Changes for one reader. A slow reader does not make them pile up: what it has not taken yet becomes one change, from the
 * oldest revision it did not leave to the newest.
 */
import { changeBetween } from './config-of.ts';
import type { ConfigChange } from './membership.ts';

export class ChangeQueue implements AsyncIterableIterator<ConfigChange> {
  #waiting: ConfigChange | undefined;
  #ended = false;
  readonly #readers: ((result: IteratorResult<ConfigChange>) => void)[] = [];
  readonly #onEnd: (queue: ChangeQueue) => void;

  /** @param onEnd called when the reader wants no more */
  constructor(onEnd: (queue: ChangeQueue) => void) {
    this.#onEnd = onEnd;
  }

  push(change: ConfigChange): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: change });
      return;
    }
    if (this.#waiting === undefined) {
      this.#waiting = change;
      return;
    }
    const { before } = this.#waiting;
    const { after } = change;
    // There and back again is nothing to tell.
    this.#waiting = before.digest === after.digest ? undefined : changeBetween(before, after);
  }

  /** What waits is still read. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<ConfigChange>> {
    const value = this.#waiting;
    this.#waiting = undefined;
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<IteratorResult<ConfigChange>> {
    this.#waiting = undefined;
    this.end();
    this.#onEnd(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
