/**
 * Works in a folder that need not exist: it is created if it is missing, and again if another process has meanwhile removed
 * it because it was empty. Fails as the operating system does.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../base/errno-of.ts';

/** More removals in a row, each between creating the folder and using it, are not to be expected. */
const attempts = 10;

export async function withFolder(folder: string, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || attempt === attempts) throw error;
    }
    await make(folder);
  }
}

/**
 * Not `mkdir` with `recursive`: below a file system that has no such folders (/proc, an automounter) Node's goes round for
 * ever, and where somebody removes a folder meanwhile it says that a file is in the way. Returns without the folder where
 * it, or one above, was removed at once: the next attempt tells.
 */
async function make(folder: string): Promise<void> {
  const above = dirname(folder);
  if ((await makeOne(folder)) || above === folder) return;
  await make(above);
  await makeOne(folder);
}

/** False if the folder above does not exist. */
async function makeOne(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return false;
    // Whether it is a folder, its use will show.
    if (errno === 'EEXIST') return true;
    throw error;
  }
}
