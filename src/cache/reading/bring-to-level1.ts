/**
 * Brings a result from level 2 into level 1, whole and verified, before any of it is handed out. If level 1 cannot keep it
 * (a full disk), it is read from level 2 while it is handed out.
 */
import type { CacheSettings } from '../cache-settings.ts';
import type { FinishedResult } from '../coordination/parse-entry.ts';
import type { LocalResult, ResultId } from '../level1/level1-cache.ts';
import { folderOf } from '../store/part-store.ts';
import { partGone, readManifest, readPart, readParts, type StoredManifest } from './read-manifest.ts';

/** A result that can be read, wherever it is. */
export interface ReadableResult {
  readonly level: LocalResult['level'] | 'level2';
  parts(): AsyncGenerator<Buffer, void, undefined>;
  close(): Promise<void>;
}

export type Bringing = Pick<CacheSettings<never>, 'namespace' | 'store' | 'level1'> & {
  readonly signal: AbortSignal;
  /** Called for each part that had to be fetched again. `key` is the digest. */
  readonly onRepair: (key: string, what: string) => void;
};

export function idOf(key: string, { epoch, token }: FinishedResult): ResultId {
  return { key, epoch, token };
}

/** What level 1 has; undefined where it has to be brought. */
export async function findInLevel1(
  key: string,
  result: FinishedResult,
  bringing: Bringing,
): Promise<ReadableResult | undefined> {
  const local = await bringing.level1.find(idOf(key, result), result.digest);
  return local === undefined ? undefined : readable(local, key, result, bringing);
}

/** Undefined where it is not whole in level 2 any more. Fails with `store-failed`. */
export async function bringToLevel1(
  key: string,
  result: FinishedResult,
  bringing: Bringing,
): Promise<ReadableResult | undefined> {
  const { namespace, store, level1, signal } = bringing;
  const id = idOf(key, result);
  const folder = folderOf(namespace, id);
  const stored = await readManifest(store, folder, result, signal);
  if (stored === undefined) return undefined;
  const writer = level1.begin(id);
  try {
    for await (const bytes of readParts(store, folder, stored.manifest.parts, signal)) {
      if (bytes === undefined) return undefined;
      await writer.part(bytes);
    }
    const local = await writer.commit(stored.manifest, stored.bytes);
    if (local !== undefined) return readable(local, key, result, bringing);
    return far(stored, folder, bringing);
  } finally {
    await writer.abandon();
  }
}

/** A result in level 1; parts that are damaged there come from level 2. */
export function readable(
  local: LocalResult,
  key: string,
  result: FinishedResult,
  { namespace, store, signal, onRepair }: Bringing,
): ReadableResult {
  const folder = folderOf(namespace, idOf(key, result));
  const repair = async (name: string): Promise<Buffer | undefined> => {
    onRepair(key, `${name} in level 1`);
    const part = local.manifest.parts.find((one) => one.name === name);
    return part === undefined ? undefined : await readPart(store, folder, part, signal);
  };
  return { level: local.level, parts: () => local.parts(repair), close: () => local.close() };
}

function far({ manifest }: StoredManifest, folder: string, { store, signal }: Bringing): ReadableResult {
  return {
    level: 'level2',
    async *parts() {
      for await (const bytes of readParts(store, folder, manifest.parts, signal)) {
        if (bytes === undefined) throw partGone(store, folder);
        yield bytes;
      }
    },
    close: () => Promise.resolve(),
  };
}
