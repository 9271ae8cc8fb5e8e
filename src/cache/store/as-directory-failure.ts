/** What the operating system refused, as `store-failed`. Pure. */
import { errnoOf } from '../../base/errno-of.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';

const rights =
  'Give the user that runs this process the right to read and write there, or name another directory.';
const inTheWay = 'Remove the file or directory that stands in the way, or name another directory.';
const advice: Readonly<Record<string, string>> = {
  EACCES: rights,
  EPERM: rights,
  EROFS: 'The file system is mounted read-only: mount it for writing, or name another directory.',
  ENOENT: 'Name a directory that can be made; where this one was there, something has removed it meanwhile.',
  ENOSPC: 'Free space on the disk, or name a directory on a larger one.',
  EDQUOT: 'Free space within the quota, or have it raised.',
  EFBIG: 'Raise the limit on the size of a file (ulimit -f).',
  EMFILE: 'Raise the limit on open files (ulimit -n).',
  ENFILE: 'Raise the limit on open files of the whole system.',
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
  EISDIR: inTheWay,
  ENOTEMPTY: inTheWay,
  ENAMETOOLONG: 'Name a directory with a shorter path, or use shorter keys.',
  ESTALE: 'Mount the shared file system again.',
};

/** `store-failed` for an answer of the operating system; anything else as it is. */
export function asDirectoryFailure(error: unknown, path: string): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const { syscall } = error as NodeJS.ErrnoException;
  return new EnclosureError(
    'store-failed',
    'the directory of the bulk call cache does not do what it should',
    {
      where: path,
      found: `${errno} (${syscall})`,
      next: advice[errno] ?? 'See what is wrong with the disk, or name another directory.',
      cause: error,
    },
  );
}
