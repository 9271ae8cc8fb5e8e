/**
 * Writes the files of one version into a directory that nobody reads yet. Equal files of the version before are linked, so
 * that a small change of a large environment costs little; the others are written. When this returns, all of it is on the
 * disk. Where it fails, the caller removes the directory.
 *
 * Fails with `name-unholdable` when the disk turns out to take two names for one, or to hold no such name.
 */
import type { ContentId } from '../../model/content-id.ts';
import { join } from 'node:path';
import { errnoOf } from '../../base/errno-of.ts';
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import { asDirectoryFailure } from './as-directory-failure.ts';
import { syncPath, type Disk } from '../../files/disk.ts';
import { forEachBounded } from '../../base/for-each-bounded.ts';
import type { RevisionZnode } from '../../agent/reading/revision-tree.ts';
import type { LaidOutFile, TreeLayout } from '../../files/lay-out-tree.ts';

/** A file as it was when it was written, to recognise it by. */
export interface WrittenFile {
  readonly content: ContentId;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface WrittenFiles {
  readonly directory: string;
  readonly files: ReadonlyMap<string, WrittenFile>;
}

/** Node works on four at a time; some more keep it busy. */
const width = 16;

export async function writeVersion(
  directory: string,
  layout: TreeLayout<RevisionZnode>,
  before: WrittenFiles | undefined,
  disk: Disk,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, WrittenFile>> {
  const files = new Map<string, WrittenFile>();
  await disk.mkdir(directory);
  for (const path of layout.directories) {
    throwIfAborted(signal);
    await named(directory, path, disk.mkdir(join(directory, path)));
  }
  await forEachBounded(layout.files, width, async (file) => {
    throwIfAborted(signal);
    const path = join(directory, file.path);
    const linked = before === undefined ? undefined : await linkEqual(path, file, before, disk);
    files.set(file.path, linked ?? (await named(directory, file.path, writeFile(path, file, disk))));
  });
  const directories = [...layout.directories, ''].map((path) => join(directory, path));
  await forEachBounded(directories, width, async (path) => await syncPath(path, disk));
  return files;
}

/**
 * Undefined where there is no equal file, or it cannot be linked (a file takes so many links, an application has removed
 * it): then it is written. One that an application has edited is not passed on either.
 */
async function linkEqual(
  path: string,
  { path: relative, of: { content } }: LaidOutFile<RevisionZnode>,
  before: WrittenFiles,
  disk: Disk,
): Promise<WrittenFile | undefined> {
  const written = before.files.get(relative);
  if (written?.content !== content) return undefined;
  try {
    await disk.link(join(before.directory, relative), path);
  } catch {
    return undefined;
  }
  const { ino, size, mtimeMs } = await disk.lstat(path);
  if (ino === written.ino && size === written.size && mtimeMs === written.mtimeMs) return written;
  await disk.unlink(path);
  return undefined;
}

async function writeFile(
  path: string,
  { of: { data, content } }: LaidOutFile<RevisionZnode>,
  disk: Disk,
): Promise<WrittenFile> {
  // Read-only: what an application writes into it would be lost with the next revision.
  const handle = await disk.open(path, 'wx', 0o444);
  try {
    await handle.writeFile(data);
    await handle.sync();
    const { ino, size, mtimeMs } = await handle.stat();
    return { content, ino, size, mtimeMs };
  } finally {
    await handle.close();
  }
}

const answers: Readonly<Record<string, string>> = {
  // Everything in the directory is ours and new.
  EEXIST: 'this disk takes it and another name for one',
  ENAMETOOLONG: 'it is too long for this disk',
  EILSEQ: 'this disk does not hold its characters',
};

/** Knows which answers of the operating system are about the name, and says of the others which file they are about. */
async function named<T>(directory: string, path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    const answer = answers[errno];
    if (answer === undefined) throw asDirectoryFailure(error, join(directory, path));
    throw new EnclosureError('name-unholdable', 'the disk cannot hold the name of a znode', {
      where: escapeName(path),
      expected: 'names that this disk can hold, and keeps apart',
      found: `${answer} (${errno})`,
      next: 'Rename the file in git, or name a directory on another disk.',
      cause: error,
    });
  }
}
