/**
 * Level 2 in a directory, local or on a shared file system: an object is a file. It is written in a folder of its own,
 * `~partial`, and renamed to its place, so that half of it is never seen; no name of an object has a `~`. All in one
 * folder, not each beside its place, so that what dead processes left is found whatever happened to its place: `remove`
 * deletes what is older than an hour.
 *
 * Nothing is flushed: everything that is read is verified, and an object that a power cut took is a miss.
 *
 * Fails with `store-failed`, which names the answer of the operating system. Node cannot interrupt an operation that a file
 * server does not answer: a signal takes effect between operations.
 */
import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, rename, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { abortedError, throwIfAborted } from '../../base/enclosure-error.ts';
import { errnoOf } from '../../base/errno-of.ts';
import { asStoreFailure } from './as-store-failure.ts';
import { withFolder } from './with-folder.ts';
import { checkObjectName, isObjectName, type PartStore } from './part-store.ts';

/** Node works on four at a time; some more keep it busy, and a file server even more so. */
const width = 16;
/** No process writes one object for so long, and no two clocks are so far apart. */
const leftoverAgeMs = 60 * 60 * 1000;

/** The object does not exist: a folder above it is missing or is itself an object, or a shared file system has lost it. */
const absent: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ESTALE'];
/** How NFS calls a file that was removed while somebody reads it. */
const nfsRemains = /\/\.nfs[\da-f]+$/;

export function openDirectoryStore(directory: string): PartStore {
  const base = resolve(directory);
  const partial = join(base, '~partial');
  const pathOf = (name: string): string => {
    checkObjectName(name);
    return join(base, name);
  };

  return {
    place: `directory ${base}`,
    async put(name, bytes, signal) {
      const path = pathOf(name);
      throwIfAborted(signal);
      const temporary = join(partial, randomUUID());
      const options = { flag: 'wx', mode: 0o600, ...(signal === undefined ? {} : { signal }) };
      try {
        await withFolder(partial, () => writeFile(temporary, bytes, options));
        throwIfAborted(signal);
        await withFolder(dirname(path), () => rename(temporary, path));
      } catch (error) {
        await unlink(temporary).catch(() => undefined);
        throw asFailure(error, path, signal);
      }
    },
    async get(name, signal) {
      const path = pathOf(name);
      throwIfAborted(signal);
      try {
        return await readFile(path, signal === undefined ? {} : { signal });
      } catch (error) {
        if (absent.includes(errnoOf(error))) return undefined;
        throw asFailure(error, path, signal);
      }
    },
    async list(prefix, signal) {
      checkObjectName(prefix);
      const names: string[] = [];
      const folders = [prefix];
      for (const folder of folders) {
        throwIfAborted(signal);
        for (const entry of await entriesOf(join(base, folder))) {
          const name = `${folder}/${entry.name}`;
          if (!isObjectName(name) || nfsRemains.test(name)) continue;
          if (entry.isDirectory()) folders.push(name);
          else if (entry.isFile()) names.push(name);
        }
      }
      return names;
    },
    async remove(names, signal) {
      const paths = names.map(pathOf);
      for (let start = 0; start < paths.length; start += width) {
        throwIfAborted(signal);
        // All of them end before a failure is thrown: nothing goes on behind the caller's back.
        const outcomes = await Promise.allSettled(paths.slice(start, start + width).map(removeFile));
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      }
      for (const folder of new Set(paths.map((path) => dirname(path)))) await removeEmpty(folder, base);
      await removeLeftovers(partial);
    },
    close: () => Promise.resolve(),
  };
}

function asFailure(error: unknown, path: string, signal: AbortSignal | undefined): unknown {
  return signal?.aborted === true ? abortedError(signal) : asStoreFailure(error, path);
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (absent.includes(errnoOf(error))) return [];
    throw asStoreFailure(error, folder);
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!absent.includes(errnoOf(error))) throw asStoreFailure(error, path);
  }
}

/** A folder that is not empty stays, and so does all above it. Best effort: a folder that is left over harms nobody. */
async function removeEmpty(folder: string, base: string): Promise<void> {
  try {
    for (let empty = folder; empty !== base; empty = dirname(empty)) await rmdir(empty);
  } catch {
    // Not empty, or another has removed it.
  }
}

/** Best effort: it is tried again with the next removal. */
async function removeLeftovers(partial: string): Promise<void> {
  const names = await readdir(partial).catch(() => []);
  for (const path of names.map((name) => join(partial, name))) {
    const written = await stat(path).catch(() => undefined);
    const old = written !== undefined && Date.now() - written.mtimeMs > leftoverAgeMs;
    if (old) await unlink(path).catch(() => undefined);
  }
}
