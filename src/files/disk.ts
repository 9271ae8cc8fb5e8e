/**
 * The file-system operations that the snapshot's directory is made of; none happens past them. A test can so end the
 * process before any one of them, or answer like a disk that it does not have. In earnest they are Node's own.
 */
import { linkSync, lstatSync, unlinkSync, type PathLike } from 'node:fs';
import * as fs from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { errnoOf } from '../base/errno-of.ts';

export type Disk = Pick<
  typeof fs,
  | 'link'
  | 'lstat'
  | 'mkdir'
  | 'open'
  | 'readdir'
  | 'readFile'
  | 'readlink'
  | 'rename'
  | 'rmdir'
  | 'symlink'
  | 'unlink'
  | 'utimes'
>;

/**
 * What is done to names alone, thousands of times for a revision that changes one file, is done at once: a way through
 * Node's thread pool and back costs many times more than the operation itself, and its garbage doubled the agent's memory.
 */
export const nodeDisk: Disk = {
  ...fs,
  link: (existing, path) => atOnce(() => linkSync(existing, path)),
  lstat: ((path: PathLike) => atOnce(() => lstatSync(path))) as Disk['lstat'],
  unlink: (path) => atOnce(() => unlinkSync(path)),
};

const operationsPerTurn = 64;
let operations = 0;

/** Now and then everything else gets its turn: on a slow disk this takes seconds, and the session wants its pings. */
async function atOnce<T>(operate: () => T): Promise<T> {
  operations += 1;
  if (operations % operationsPerTurn === 0) await setImmediate();
  return operate();
}

/** Makes what was done to a directory's entries, or to a file's bytes, survive a power cut. */
export async function syncPath(path: string, disk: Disk): Promise<void> {
  const handle = await disk.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new file; its bytes are on the disk when this returns. Fails with EEXIST where there is one. */
export async function createFile(
  path: string,
  data: string | Uint8Array,
  mode: number,
  disk: Disk,
): Promise<void> {
  const handle = await disk.open(path, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file; undefined where there is none. */
export async function readText(path: string, disk: Disk): Promise<string | undefined> {
  try {
    return await disk.readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function exists(path: string, disk: Disk): Promise<boolean> {
  try {
    await disk.lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
