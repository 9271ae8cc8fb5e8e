/** What the operating system refused, as an error that a person can act on. */
import { errnoOf } from '../../base/errno-of.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';

const advice: Readonly<Record<string, string>> = {
  EACCES: 'Give the user that runs this process the right to write there, or name another directory.',
  EPERM: 'Give the user that runs this process the right to write there, or name another directory.',
  EROFS: 'The file system is mounted read-only: mount it for writing, or name another directory.',
  ENOENT: 'Something has removed it meanwhile. It is tried again.',
  ENOSPC: 'The disk is full: make room on it. It is tried again.',
  EDQUOT: 'The quota on the disk is used up: make room, or have it raised. It is tried again.',
  EFBIG: 'Raise the limit on the size of a file (ulimit -f).',
  EMFILE: 'Raise the limit on open files (ulimit -n).',
  ENOTDIR: 'A file stands where a directory has to be: remove it, or name another directory.',
  EEXIST: 'A file stands where a directory has to be: remove it, or name another directory.',
};

/** `directory-failed` for an answer of the operating system; any other error as it is. `path` is what was worked on. */
export function asDirectoryFailure(error: unknown, path: string): Error {
  const errno = errnoOf(error);
  if (errno === undefined) return error instanceof Error ? error : new Error('failed', { cause: error });
  const { path: itsPath, syscall } = error as NodeJS.ErrnoException;
  const missing = errno === 'EACCES' || errno === 'EPERM';
  return new EnclosureError(
    'directory-failed',
    missing ? 'a permission is missing on the directory' : 'the directory cannot be written',
    {
      where: escapeName(itsPath ?? path),
      found: `${errno} (${syscall})`,
      next: advice[errno] ?? 'See what is wrong with the disk, or name another directory.',
      cause: error,
    },
  );
}
