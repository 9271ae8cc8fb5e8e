/**
 * A directory that comes into being whole: filled beside its place, as `<directory>.partial`, and renamed when all of it is
 * there. What a process that died left behind can so be told from an export. Fails with `directory-taken` where something
 * is in the way, and with `directory-failed` when the operating system refuses.
 */
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import { asDiskFailure } from '../../files/as-disk-failure.ts';

export interface PartialDirectory {
  readonly path: string;
  /** Puts it in its place. */
  finish(): Promise<void>;
  /** Removes it; never fails. */
  discard(): Promise<void>;
}

export function partialOf(directory: string): string {
  return `${directory}.partial`;
}

/** Fails unless there is no such directory, or an empty one. */
export async function requireFree(directory: string): Promise<void> {
  const entries = await asking(directory, readdir(directory)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  if (entries.length === 0) return;
  throw new EnclosureError('directory-taken', 'something is in the directory', {
    where: escapeName(directory),
    expected: 'a directory that is missing or empty',
    found: `${entries.length} entries`,
    next: 'Name another directory.',
  });
}

export async function openPartial(directory: string): Promise<PartialDirectory> {
  const path = partialOf(directory);
  await asking(path, mkdir(dirname(directory), { recursive: true }));
  await asking(path, mkdir(path)).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new EnclosureError('directory-taken', 'an export is under way there, or one has died', {
      where: escapeName(path),
      next: 'If none is under way, remove it.',
      cause: error,
    });
  });
  return {
    path,
    async finish() {
      await requireFree(directory);
      // An empty one makes room: not everywhere is it replaced.
      await asking(directory, rmdir(directory)).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
      await asking(directory, rename(path, directory));
    },
    async discard() {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}

/** What the operating system refuses, as an error that a person can act on. */
export async function asking<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asDiskFailure(error, {
      code: 'directory-failed',
      message: 'the directory cannot be written',
      path,
    });
  }
}

function errnoOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code;
}
