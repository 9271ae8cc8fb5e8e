/**
 * The results in memory, bounded by the bytes of their encoded parts; those of the keys unused for longest go first. What
 * was handed out stays readable: the bound is on what is kept, not on what callers hold. Never fails, does no I/O.
 */
import { LRUCache } from 'lru-cache';
import type { Manifest } from '../parts/manifest.ts';
import type { LocalResult, ResultId } from './level1-cache.ts';

export interface Memory {
  fits(bytes: number): boolean;
  get(id: ResultId): LocalResult | undefined;
  /** One that does not fit is not kept. */
  put(id: ResultId, result: LocalResult): void;
  forget(key: string, except?: ResultId): void;
  clear(): void;
}

/** What even an empty result counts as: a million of them must not exhaust the memory. */
const leastBytes = 512;

interface Held {
  readonly id: ResultId;
  readonly result: LocalResult;
  readonly bytes: number;
}

/**
 * By key, and below it by epoch and token, of which a key has one or two at a time: a hit costs a look-up with a string that
 * is there already, and forgetting a key does not look at the others.
 */
export function openMemory(memoryBytes: number): Memory {
  const keys =
    memoryBytes > 0
      ? new LRUCache<string, readonly Held[]>({ maxSize: memoryBytes, sizeCalculation: sum })
      : undefined;
  const fits = (bytes: number): boolean => bytes <= memoryBytes;
  return {
    fits,
    get: (id) => keys?.get(id.key)?.find((one) => isSame(one.id, id))?.result,
    put: (id, result) => {
      const bytes = Math.max(dataBytes(result.manifest), Math.min(leastBytes, memoryBytes));
      if (!fits(bytes)) return;
      const held = [
        ...(keys?.peek(id.key) ?? []).filter((one) => !isSame(one.id, id)),
        { id, result, bytes },
      ];
      while (!fits(sum(held))) held.shift();
      keys?.set(id.key, held);
    },
    forget: (key, except) => {
      const held = keys?.peek(key)?.filter((one) => except !== undefined && isSame(one.id, except)) ?? [];
      if (held.length === 0) keys?.delete(key);
      else keys?.set(key, held);
    },
    clear: () => keys?.clear(),
  };
}

function sum(held: readonly Held[]): number {
  return held.reduce((total, { bytes }) => total + bytes, 0);
}

function isSame(one: ResultId, other: ResultId): boolean {
  return one.epoch === other.epoch && one.token === other.token && one.key === other.key;
}

/** @param parts the verified parts in the order of the manifest */
export function memoryResult(manifest: Manifest, parts: readonly Buffer[]): LocalResult {
  return {
    manifest,
    level: 'memory',
    parts: async function* inOrder() {
      yield* parts;
    },
    close: async () => {},
  };
}

/** The size of all parts with their headers. */
export function dataBytes(manifest: Manifest): number {
  return manifest.parts.reduce((total, { bytes }) => total + bytes, 0);
}
