/**
 * Level 1: memory over a directory, which the processes of a host may share. Creates no directory before a result is
 * written to it. Leaves to others which result counts, and where damaged parts are fetched from. A disk that refuses is
 * reported through `onProblem`, and counts as a miss.
 */
import { join } from 'node:path';
import type { EnclosureError } from '../../base/enclosure-error.ts';
import { DirectoryBound } from './directory-bound.ts';
import { diskProblem } from './disk-problem.ts';
import type { Level1Cache, LocalResult, ResultId } from './level1-cache.ts';
import { dataBytes, memoryResult, openMemory } from './memory.ts';
import { ResultFile } from './result-file.ts';
import { resultName } from './result-name.ts';
import { LocalWriter, type WriterPlaces } from './local-writer.ts';
import { openRoot } from './root.ts';
import { openStored, removeOthers } from './open-stored.ts';

export interface Level1Options {
  readonly memoryBytes: number;
  /** Default: a directory of its own below the system's directory for temporary files. */
  readonly directory?: string;
  readonly directoryBytes: number;
  readonly namespace: string;
  readonly onProblem: (error: EnclosureError) => void;
}

/** What simultaneous readers of a result share; closed with the last share. */
interface Shared {
  share(): LocalResult | undefined;
}

export function openLevel1(options: Level1Options): Level1Cache {
  const { namespace, onProblem } = options;
  const memory = openMemory(options.memoryBytes);
  const root = openRoot(options.directory);
  /** By name: what is being opened, and the files that are being read. */
  const shared = new Map<string, Promise<Shared | undefined>>();

  const places: WriterPlaces = {
    memory,
    root,
    namespace,
    bound: new DirectoryBound(options.directoryBytes),
    adopt: (id, { base, handle }, manifest) => {
      const name = resultName(id);
      const file = new ResultFile(base, handle, manifest, () => shared.delete(name));
      shared.set(name, Promise.resolve(file));
      return file.share();
    },
    onProblem,
  };

  async function load(id: ResultId, manifestDigest: string): Promise<Shared | undefined> {
    const name = resultName(id);
    if (root.path === undefined) return undefined;
    const base = join(root.path, namespace, name);
    try {
      const opened = await openStored(base, manifestDigest);
      if (opened === undefined) return undefined;
      const { manifest } = opened;
      const file = new ResultFile(base, opened.handle, manifest, () => shared.delete(name));
      const parts = memory.fits(dataBytes(manifest)) ? await file.whole() : undefined;
      // Readers can repair damaged parts.
      if (parts === undefined) return file;
      const result = memoryResult(manifest, parts);
      memory.put(id, result);
      await file.close();
      return { share: () => ({ ...result, level: 'disk' }) };
    } catch (error) {
      onProblem(diskProblem(error, 'read', base));
      return undefined;
    }
  }

  async function find(id: ResultId, manifestDigest: string): Promise<LocalResult | undefined> {
    const name = resultName(id);
    for (;;) {
      const result = memory.get(id);
      if (result !== undefined) return result;
      const loading = shared.get(name) ?? load(id, manifestDigest);
      shared.set(name, loading);
      const found = await loading;
      if (!(found instanceof ResultFile)) shared.delete(name);
      if (found === undefined) return undefined;
      const share = found.share();
      if (share !== undefined) return share;
    }
  }

  return {
    inMemory: (id) => memory.get(id),
    find,
    begin: (id) => new LocalWriter(id, places),
    forget: async (key, except) => {
      memory.forget(key, except);
      const kept = except === undefined ? undefined : resultName(except);
      for (const name of shared.keys()) {
        if (name.startsWith(`${key}/`) && name !== kept) shared.delete(name);
      }
      if (root.path === undefined) return;
      await removeOthers(join(root.path, namespace, key), kept?.slice(key.length + 1));
    },
    close: async () => {
      memory.clear();
      await root.close();
    },
  };
}
