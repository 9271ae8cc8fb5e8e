/** The options with their defaults, and the parts that were made from them. */
import type { Codec } from './bulk-cache-options.ts';
import type { Level1Cache } from './level1/level1-cache.ts';
import type { PartStore } from './store/part-store.ts';

export interface CacheSettings<T> {
  readonly namespace: string;
  readonly store: PartStore;
  readonly level1: Level1Cache;
  readonly codec: Codec<T>;
  readonly pages: boolean;
  readonly sort: ((a: T, b: T) => number) | undefined;
  readonly clean: ((item: T) => T | undefined) | undefined;
  readonly ttl: number | undefined;
  readonly negativeTtl: number;
  readonly staleWhileFilling: boolean;
  readonly staleOnError: boolean;
  readonly fillTimeout: number;
  readonly maxWaiters: number;
  readonly workingMemoryBytes: number;
  /** A directory for what does not fit into memory. */
  readonly scratch: string;
  /** Registers work that no caller waits for, only `close`. If it fails, that is reported as a problem and nothing more. */
  readonly later: (work: Promise<void>) => void;
  /** The same for work whose duration depends on others, and which even `close` does not wait for. */
  readonly aside: (work: Promise<void>) => void;
}
