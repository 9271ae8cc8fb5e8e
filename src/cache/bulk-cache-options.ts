/** Everything a user of `enclosure/cache` sees. Types only; `index.ts` exports them. All times are in milliseconds. */
import type { EnclosureError } from '../base/enclosure-error.ts';
import type { GivenConnection } from '../model/connection-options.ts';

/** How an item becomes bytes and is read back; what `decode` returns must be as good as what `encode` was given. */
export interface Codec<T> {
  /**
   * Throws where the item cannot be encoded: the fill fails with `item-unencodable`. The bytes are kept for a while, so they
   * must not be a buffer that is used again.
   */
  readonly encode: (item: T) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => T;
}

/** A directory that all processes see: local for those of one host, otherwise on a shared file system. */
export interface DirectoryLevel2 {
  readonly directory: string;
}

export interface S3Level2 {
  readonly s3: {
    readonly bucket: string;
    /** Put before every object's name; none by default. */
    readonly prefix?: string;
    /** Of a store that is not AWS's: `http://127.0.0.1:9000`. Its buckets are addressed by path. */
    readonly endpoint?: string;
    /** Default: the region that the environment names, as for every AWS client. */
    readonly region?: string;
    /** For one request; default 30 s. */
    readonly timeout?: number;
  };
}

export type Level2 = DirectoryLevel2 | S3Level2;

/** Where finished results are kept near the process. */
export interface Level1 {
  /** Of finished results, encoded; default 64 MiB. 0 keeps none in memory. */
  readonly memoryBytes?: number;
  /** Outlives the process, and is shared by the processes of one host. Default: a directory of its own, removed by `close`. */
  readonly directory?: string;
  /** The bound on the directory; the results unused for longest are removed first. Default 1 GiB. */
  readonly directoryBytes?: number;
}

export interface Connection extends Omit<GivenConnection, 'sessionTimeoutMs'> {
  /** How long the ensemble keeps a filler that is silent, before another takes over; default 10 s. */
  readonly sessionTimeout?: number;
  /** How long to look for a server that answers; default 15 s. */
  readonly connectTimeout?: number;
}

interface CommonOptions<T> {
  /** Default `/enclosure`. The cache lives below `<stateRoot>/cache`. */
  readonly stateRoot?: string;
  /** Keys of one namespace are filled, sorted, cleaned and encoded alike. Letters, digits, `.`, `_` and `-`. */
  readonly namespace: string;
  readonly level2: Level2;
  readonly level1?: Level1;
  /** As for `Array.prototype.sort`. Items that compare equal are ordered by their bytes. Without it they stay as they came. */
  readonly sort?: (a: T, b: T) => number;
  /**
   * Called in the order of the result: returns the item, a replacement, or undefined to drop it. It must not change the
   * item that it is given, whose fields are frozen.
   */
  readonly clean?: (item: T) => T | undefined;
  /** Default: JSON. */
  readonly encode?: Codec<T>;
  /** The fills return iterables of arrays of items. */
  readonly pages?: boolean;
  /** How long a result is good; default: until it is invalidated. */
  readonly ttl?: number;
  /** Whether callers get the outdated result at once while a new one is being made; default false. */
  readonly staleWhileFilling?: boolean;
  /** Whether a result that is too old is handed out when making it again failed; default false. */
  readonly staleOnError?: boolean;
  /** For how long a failed call is not repeated; default 0: the callers that waited for it fail, and the next one calls again. */
  readonly negativeTtl?: number;
  /** For one call with its sorting and cleaning; default 10 min. */
  readonly fillTimeout?: number;
  /** How many callers of this process may wait for one key; the next one fails with `cache-busy`. Default 1,000. */
  readonly maxWaiters?: number;
  /** For the items of one fill while they are encoded, sorted and written; default 64 MiB. */
  readonly workingMemoryBytes?: number;
  /** Receives everything worth counting or logging. Must not throw. */
  readonly onEvent?: (event: CacheEvent) => void;
}

export type BulkCacheOptions<T> = CommonOptions<T> & (Connection | { readonly zookeeper: Connection });

/**
 * The bulk call: its items as they come, or, with `pages`, arrays of them. Should end soon after the signal fires. Of an async
 * iterable of pages the next one is asked for while the last is worked on, never more than one ahead.
 */
export type Fill<T> = (signal: AbortSignal) => AsyncIterable<T | readonly T[]> | Iterable<T | readonly T[]>;

export interface GetOptions {
  /** Ends this caller's waiting; the call, once begun, goes on for the others. */
  readonly signal?: AbortSignal;
  /** From now on; `cache-timeout` when it is over. Default: none but the fill's own. */
  readonly deadline?: number;
}

/** All times are by the ensemble's clock, in milliseconds since 1970. */
export type CacheState =
  | { readonly state: 'absent' }
  | {
      readonly state: 'filling';
      readonly epoch: number;
      /** `host:pid`. */
      readonly owner: string;
      readonly progress: Progress;
      readonly since: number;
    }
  | {
      readonly state: 'ready';
      readonly epoch: number;
      readonly count: number;
      /** The size of the encoded items. */
      readonly bytes: number;
      /** SHA-256 of the manifest, lower-case hexadecimal. */
      readonly digest: string;
      /** Null: it is good until it is invalidated. */
      readonly expires: number | null;
    }
  | {
      readonly state: 'failed';
      readonly epoch: number;
      /** The code of the error; `fill-failed` for an error that is not an `EnclosureError`. */
      readonly class: string;
      readonly retryAfter: number;
    };

export interface Progress {
  /** Parts in level 2. */
  readonly parts: number;
  readonly items: number;
  readonly bytes: number;
  /** The call has ended, and its items are sorted and cleaned. */
  readonly complete: boolean;
}

export interface Counters {
  /** Results handed out from memory, from the local directory, from level 2. */
  readonly hits: { readonly memory: number; readonly disk: number; readonly level2: number };
  /** Calls made by this process. */
  readonly fills: number;
  /** How many of them took over from a filler that was gone. */
  readonly takeovers: number;
  /** Callers that had to wait for a call, their own process's or another's. */
  readonly waits: number;
  /** Results handed out although they were too old. */
  readonly stale: number;
  /** Parts, or whole results, that were missing or damaged and were fetched or made again. */
  readonly repairs: number;
}

export type CacheEvent =
  | { readonly type: 'hit'; readonly key: string; readonly level: 'memory' | 'disk' | 'level2' }
  | { readonly type: 'wait'; readonly key: string }
  | { readonly type: 'stale'; readonly key: string }
  | { readonly type: 'filling'; readonly key: string; readonly epoch: number; readonly takeover: boolean }
  | {
      readonly type: 'filled';
      readonly key: string;
      readonly epoch: number;
      readonly count: number;
      readonly bytes: number;
    }
  /** A call of this process ended without a result; superseded: somebody invalidated it or took over. */
  | {
      readonly type: 'fill-failed';
      readonly key: string;
      readonly epoch: number;
      readonly superseded: boolean;
      readonly error: EnclosureError;
    }
  | { readonly type: 'repair'; readonly key: string; readonly what: string }
  /** Something failed that does no harm, or will be tried again. */
  | { readonly type: 'problem'; readonly error: EnclosureError };

export type Invalidation = string | { readonly generation: number | 'next' };

export interface BulkCache<T> {
  /**
   * The finished result: complete, sorted and cleaned. Nothing happens before the first item is asked for; from then on the
   * result stays readable for this caller, whatever happens to the cache.
   *
   * Fails with `cache-timeout`, `cache-busy`, `fill-failed`, `fill-timeout`, `item-unencodable`, `store-failed`,
   * `aborted`, and as ZooKeeper does.
   */
  get(key: string, fill: Fill<T>, options?: GetOptions): AsyncGenerator<T, void, undefined>;
  /**
   * The items as they arrive, neither sorted nor cleaned, whoever made the call; of a result that is there, its items. Fails
   * like `get`, and with `stream-interrupted` where the call ended early after items were handed out.
   */
  stream(key: string, fill: Fill<T>, options?: GetOptions): AsyncGenerator<T, void, undefined>;
  state(key: string, options?: { readonly signal?: AbortSignal }): Promise<CacheState>;
  /**
   * Of a key: its result is not handed out any more, and a call under way does not count. Of a generation: so it is with all
   * results that were begun in an earlier one. Returns the generation that is current then.
   */
  invalidate(what: Invalidation, options?: { readonly signal?: AbortSignal }): Promise<number>;
  /** Of this process, since the cache was opened. */
  readonly counters: Counters;
  /** Ends the calls of this process, which others then take over, and every waiting. Never fails. */
  close(): Promise<void>;
  /** Resolves when no call of this process is under way: before a function returns. */
  settled(): Promise<void>;
}
