/**
 * The bulk call cache: one call for many processes. Puts the rest of this folder together: the state of a key in ZooKeeper
 * decides who calls (`coordination`), the caller that may call streams into level 2 (`fill`), and every process hands out
 * the finished result from level 1 (`level1`, `reading`).
 */
import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import { EnclosureError, isEnclosureError, throwIfAborted } from '../base/enclosure-error.ts';
import { orAborted } from '../base/or-aborted.ts';
import { waitingCaller } from './flight/waiting-caller.ts';
import { checkOptions } from './check-options.ts';
import type {
  BulkCache,
  BulkCacheOptions,
  CacheState,
  Connection,
  Counters,
  Fill,
  GetOptions,
  Invalidation,
  Level2,
} from './bulk-cache-options.ts';
import { openCacheSession } from './coordination/cache-session.ts';
import { invalidateGeneration, invalidateKey } from './coordination/invalidate-key.ts';
import { entryPaths, keyDigest, namespacePaths, type NamespacePaths } from './coordination/entry-paths.ts';
import { WatchedEntry } from './coordination/watched-entry.ts';
import { Finder } from './flight/finder.ts';
import { Flights } from './flight/flights.ts';
import { makeSettings } from './make-settings.ts';
import { itemsOf } from './parts/encode-part.ts';
import type { ReadableResult } from './reading/bring-to-level1.ts';
import { Results } from './reading/results.ts';
import { streamItems } from './reading/stream-items.ts';
import { Sessions } from './sessions.ts';
import type { CacheSettings } from './cache-settings.ts';
import { readState } from './read-state.ts';
import { EventCounter } from './event-counter.ts';

/** Of keys whose state is watched: each costs some hundred bytes here, and a watch on the server. */
const mostKeys = 10_000;

/**
 * Opens nothing yet: the first call does. Fails with `usage-invalid`.
 *
 * @example
 *   const cache = bulkCache<Order>({ connect: 'zk1:2181', namespace: 'orders', level2: { directory: '/mnt/cache' } });
 *   for await (const order of cache.get('2026-11', (signal) => fetchOrders('2026-11', signal))) print(order);
 *   await cache.close();
 */
export function bulkCache<T>(options: BulkCacheOptions<T>): BulkCache<T> {
  const connection = checkOptions(options);
  return new SharedCache<T>(options, connection);
}

class SharedCache<T> implements BulkCache<T> {
  readonly #paths: NamespacePaths;
  readonly #closing = new AbortController();
  readonly #counter: EventCounter;
  readonly #settings: CacheSettings<T>;
  readonly #sessions: Sessions;
  readonly #flights: Flights<T>;
  readonly #finder: Finder<T>;
  readonly #entries = new LRUCache<string, WatchedEntry>({ max: mostKeys });
  /** What nobody waits for. */
  readonly #underWay = new Set<Promise<void>>();
  readonly #aside = new Set<Promise<void>>();

  constructor(options: BulkCacheOptions<T>, connection: Connection) {
    const { namespace, stateRoot = '/enclosure' } = options;
    const level2 = findable(options.level2);
    const closing = this.#closing.signal;
    // Every waiting caller listens to it.
    setMaxListeners(0, closing);
    const paths = namespacePaths(stateRoot, namespace);
    const counter = new EventCounter(options.onEvent);
    const onProblem = (error: EnclosureError): void => counter.count({ type: 'problem', error });
    const settings = makeSettings(options, onProblem, {
      later: (work) => this.#lookAfter(work, this.#underWay),
      aside: (work) => this.#lookAfter(work, this.#aside),
    });
    const sessions = new Sessions(() => openCacheSession({ ...connection, paths, level2, signal: closing }));
    const results = new Results(settings, closing, (digest, what) => {
      counter.count({ type: 'repair', key: this.#entries.peek(digest)?.key ?? digest, what });
    });
    const flights = new Flights<T>({ settings, session: () => sessions.get(), counter, closing });
    this.#paths = paths;
    this.#counter = counter;
    this.#settings = settings;
    this.#sessions = sessions;
    this.#flights = flights;
    this.#finder = new Finder({ sessions, flights, results, counter, settings });
  }

  get counters(): Counters {
    return this.#counter.counters;
  }

  async *get(key: string, fill: Fill<T>, options: GetOptions = {}): AsyncGenerator<T, void, undefined> {
    throwIfAborted(options.signal);
    const [digest, entry] = this.#entry(key);
    const result = this.#hit(entry, digest) ?? (await this.#find(key, { entry, digest, fill }, options));
    const { codec } = this.#settings;
    try {
      for await (const part of result.parts()) {
        for (const bytes of itemsOf(part)) yield codec.decode(bytes);
      }
    } finally {
      await result.close();
    }
  }

  async *stream(key: string, fill: Fill<T>, options: GetOptions = {}): AsyncGenerator<T, void, undefined> {
    const [digest, entry] = this.#entry(key);
    const caller = waitingCaller(entry.key, options, this.#closing.signal);
    const { codec } = this.#settings;
    const parts = {
      sessions: this.#sessions,
      finder: this.#finder,
      settings: this.#settings,
    };
    try {
      const wanted = { entry, digest, fill, signal: caller.signal };
      for await (const items of streamItems(parts, wanted)) {
        for (const bytes of items) yield codec.decode(bytes);
      }
    } finally {
      caller.end();
    }
  }

  async state(key: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<CacheState> {
    const asker = waitingCaller(key, signal === undefined ? {} : { signal }, this.#closing.signal);
    try {
      const session = await orAborted(this.#sessions.get(), asker.signal);
      const paths = entryPaths(this.#paths, keyDigest(key));
      return await orAborted(readState(session, paths), asker.signal);
    } finally {
      asker.end();
    }
  }

  async invalidate(what: Invalidation, { signal }: { readonly signal?: AbortSignal } = {}): Promise<number> {
    const asker = waitingCaller('', signal === undefined ? {} : { signal }, this.#closing.signal);
    try {
      const session = await orAborted(this.#sessions.get(), asker.signal);
      if (typeof what !== 'string') {
        const { namespace } = this.#paths;
        return await orAborted(invalidateGeneration(session, namespace, what.generation), asker.signal);
      }
      const [, entry] = this.#entry(what);
      await orAborted(invalidateKey(session, entry.paths.entry), asker.signal);
      entry.invalidated();
      return (await orAborted(session.namespace(), asker.signal)).generation;
    } finally {
      asker.end();
    }
  }

  async settled(): Promise<void> {
    await this.#flights.settled();
    await Promise.allSettled(this.#underWay);
  }

  async close(): Promise<void> {
    this.#closing.abort(new EnclosureError('aborted', 'the cache was closed'));
    // First: with the session the claims go, and others need not wait.
    await this.#sessions.close();
    await this.settled();
    await Promise.allSettled(this.#aside);
    await this.#settings.level1.close();
    await this.#settings.store.close();
  }

  #entry(key: string): readonly [digest: string, entry: WatchedEntry] {
    const digest = keyDigest(key);
    const known = this.#entries.get(digest);
    if (known !== undefined) return [digest, known];
    const entry = new WatchedEntry(key, entryPaths(this.#paths, digest));
    this.#entries.set(digest, entry);
    return [digest, entry];
  }

  #hit(entry: WatchedEntry, digest: string): ReadableResult | undefined {
    if (this.#closing.signal.aborted) return undefined;
    const result = this.#finder.inMemory(entry, digest);
    if (result !== undefined) this.#counter.count({ type: 'hit', key: entry.key, level: 'memory' });
    return result;
  }

  async #find(
    key: string,
    wanted: { readonly entry: WatchedEntry; readonly digest: string; readonly fill: Fill<T> },
    options: GetOptions,
  ): Promise<ReadableResult> {
    const caller = waitingCaller(key, options, this.#closing.signal);
    try {
      return await this.#finder.find({ ...wanted, signal: caller.signal });
    } finally {
      caller.end();
    }
  }

  /** Keeps track of the work until it ends, and reports a failure. */
  #lookAfter(work: Promise<void>, among: Set<Promise<void>>): void {
    const done: Promise<void> = work
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        if (isEnclosureError(error)) this.#counter.count({ type: 'problem', error });
        else throw error;
      })
      .finally(() => among.delete(done));
    among.add(done);
  }
}

/** For whoever looks at the namespace's znode from elsewhere. */
function findable(level2: Level2): Level2 {
  return 'directory' in level2 ? { directory: resolve(level2.directory) } : level2;
}
