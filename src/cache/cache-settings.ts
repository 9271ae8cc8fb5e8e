/** What was asked for, with the defaults, and the parts that were made of it. Fails with `usage-invalid`. */
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
  /** Takes note of work that nobody waits for, until the process wants to end. Its failure is a problem to be told, no more. */
  readonly later: (work: Promise<void>) => void;
  /** The same of work that may take as long as others like, and need not be waited for. */
  readonly aside: (work: Promise<void>) => void;
}
