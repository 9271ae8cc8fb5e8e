/**
 * Bulk call caches for one test: below a state root and in a directory of their own, all closed and removed when the test
 * ends. And calls that a test holds open, lets go on, and ends.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import {
  bulkCache,
  type BulkCache,
  type BulkCacheOptions,
  type CacheEvent,
  type Fill,
} from '../src/cache/index.ts';
import { keyDigest } from '../src/cache/coordination/entry-paths.ts';
import { openOfficialClient, type OfficialClient } from './official-client.ts';

export interface OpenCache<T> extends BulkCache<T> {
  /** All that it told, in order. */
  readonly events: readonly CacheEvent[];
}

export interface CacheFixture {
  readonly stateRoot: string;
  /** Of level 2. */
  readonly directory: string;
  /** A cache is a session and a level 1 of its own: as good as another process. */
  open<T = number>(options?: Partial<BulkCacheOptions<T>>): OpenCache<T>;
  /** The znode of a key. */
  entry(key: string): string;
  /** What lies in level 2 of a key, without the folder of the fill: `manifest`, `raw-000000`. */
  names(key: string): Promise<readonly string[]>;
  /** The paths of the files of a key in level 2. */
  files(key: string): Promise<readonly string[]>;
  /** The eye of an outsider; closed when the test ends. */
  client(): Promise<OfficialClient>;
}

export const namespace = 'test';

export async function cacheFixture(connect: string = inject('zookeeper')): Promise<CacheFixture> {
  const stateRoot = `/cache-${randomUUID()}`;
  const directory = await temporaryDirectory();
  const opened: BulkCache<never>[] = [];
  const entry = (key: string): string => `${stateRoot}/cache/${namespace}/${keyDigest(key)}`;
  const files = async (key: string): Promise<readonly string[]> => {
    const folder = join(directory, namespace, keyDigest(key));
    const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    return found
      .filter((one) => one.isFile())
      .map((one) => join(one.parentPath, one.name))
      .toSorted();
  };
  onTestFinished(async () => {
    await Promise.all(opened.map((cache) => cache.close()));
  });
  return {
    stateRoot,
    directory,
    entry,
    files,
    open<T>(options: Partial<BulkCacheOptions<T>> = {}) {
      const events: CacheEvent[] = [];
      const all = { connect, stateRoot, namespace, level2: { directory }, ...options };
      const cache = bulkCache<T>({ ...all, onEvent: (event) => void events.push(event) });
      opened.push(cache as unknown as BulkCache<never>);
      return Object.assign(cache, { events });
    },
    names: async (key) => (await files(key)).map((path) => path.slice(path.lastIndexOf('/') + 1)),
    async client() {
      const client = await openOfficialClient(connect);
      onTestFinished(() => client.close());
      return client;
    },
  };
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-cache-test-'));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

/** It may fail before the test looks at it. */
export function collect<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const collecting = gather(items);
  collecting.catch(() => undefined);
  return collecting;
}

async function gather<T>(items: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export interface HeldCall<T> {
  readonly fill: Fill<T>;
  /** The signals of all calls that were made, in order. */
  readonly signals: readonly AbortSignal[];
  /** Every call hands out all items from the first on, and waits for more. It does not heed its signal. */
  push(...items: readonly T[]): void;
  end(): void;
  fail(error: unknown): void;
}

/** A call that the test holds open. */
export function heldCall<T = number>(...first: readonly T[]): HeldCall<T> {
  const items: T[] = [...first];
  const signals: AbortSignal[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));
  const tell = (): void => {
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    signals,
    async *fill(signal) {
      signals.push(signal);
      for (let next = 0; ;) {
        const change = changed;
        for (; next < items.length; next += 1) yield items[next] as T;
        if (end !== undefined && 'error' in end) throw end.error;
        if (end !== undefined) return;
        await change;
      }
    },
    push(...more) {
      items.push(...more);
      tell();
    },
    end() {
      end = {};
      tell();
    },
    fail(error) {
      end = { error };
      tell();
    },
  };
}

/** A call that ends at once, and counts how often it was made. */
export function counted<T>(...items: readonly T[]): { readonly fill: Fill<T>; readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    fill: () => {
      calls += 1;
      return items;
    },
  };
}
