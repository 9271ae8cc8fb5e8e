/** Counts what this process did, and passes each event on to the listener. */
import type { CacheEvent, Counters } from './bulk-cache-options.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends number ? number : Mutable<T[Key]> };

export class EventCounter {
  readonly #onEvent: ((event: CacheEvent) => void) | undefined;
  readonly #counts: Mutable<Counters> = {
    hits: { memory: 0, disk: 0, level2: 0 },
    fills: 0,
    takeovers: 0,
    waits: 0,
    stale: 0,
    repairs: 0,
  };

  constructor(onEvent: ((event: CacheEvent) => void) | undefined) {
    this.#onEvent = onEvent;
  }

  get counters(): Counters {
    return { ...this.#counts, hits: { ...this.#counts.hits } };
  }

  count(event: CacheEvent): void {
    const counts = this.#counts;
    if (event.type === 'hit') counts.hits[event.level] += 1;
    else if (event.type === 'wait') counts.waits += 1;
    else if (event.type === 'stale') counts.stale += 1;
    else if (event.type === 'repair') counts.repairs += 1;
    else if (event.type === 'filling') {
      counts.fills += 1;
      if (event.takeover) counts.takeovers += 1;
    }
    this.#onEvent?.(event);
  }
}
