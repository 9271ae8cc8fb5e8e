import { errnoOf } from '../base/errno-of.ts';
import { EnclosureError, type ErrorCode } from '../base/enclosure-error.ts';
import { escapeName } from '../model/znode-path.ts';

const rights = 'Give the user that runs this process the right to write there, or name another directory.';
const inTheWay = 'A file stands where a directory has to be: remove it, or name another directory.';

/** What to do about an answer of the operating system, where the caller knows nothing better. */
const advice: Readonly<Record<string, string>> = {
  EACCES: rights,
  EPERM: rights,
  EROFS: 'The file system is mounted read-only: mount it for writing, or name another directory.',
  ENOENT:
    'Something has removed it meanwhile: make sure that nothing cleans up there while the process runs.',
  ENOSPC: 'The disk is full: make room on it, or name a directory on a larger one.',
  EDQUOT: 'The quota on the disk is used up: make room, or have it raised.',
  EFBIG: 'Raise the limit on the size of a file (ulimit -f).',
  EMFILE: 'Raise the limit on open files (ulimit -n).',
  ENFILE: 'Raise the limit on open files of the whole system.',
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
  EISDIR: inTheWay,
  ENOTEMPTY: inTheWay,
  ENAMETOOLONG: 'Name a directory with a shorter path.',
  ESTALE: 'Mount the shared file system again.',
};

export interface DiskFailureOptions {
  readonly code: ErrorCode;
  readonly message: string;
  /** What was worked on. */
  readonly path: string;
  /** What the caller knows better than the table. */
  readonly advice?: Readonly<Record<string, string>>;
}

/** The path that the operating system names in its answer, otherwise the one given. */
export function pathIn(error: unknown, path: string): string {
  return (error as Partial<NodeJS.ErrnoException> | undefined)?.path ?? path;
}

/** What the operating system refused, as an error that a person can act on; anything else as it is. Pure. */
export function asDiskFailure(error: unknown, options: DiskFailureOptions): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const { syscall } = error as NodeJS.ErrnoException;
  return new EnclosureError(options.code, options.message, {
    where: escapeName(options.path),
    found: `${errno} (${syscall})`,
    next:
      options.advice?.[errno] ??
      advice[errno] ??
      'See what is wrong with the disk, or name another directory.',
    cause: error,
  });
}
