/** What the operating system refused, as an error that a person can act on. The cache goes on without the disk. */
import { EnclosureError } from '../../base/enclosure-error.ts';

const advice: Readonly<Record<string, string>> = {
  EACCES: 'Give the user that runs this process the right to write there, or name another directory.',
  EPERM: 'Give the user that runs this process the right to write there, or name another directory.',
  EROFS: 'The file system is mounted read-only: mount it for writing, or name another directory.',
  ENOSPC: 'The disk is full: make room on it, or lower `directoryBytes`.',
  EDQUOT: 'The quota on the disk is used up: make room, or lower `directoryBytes`.',
  EFBIG: 'Raise the limit on the size of a file (ulimit -f).',
  EMFILE: 'Raise the limit on open files (ulimit -n).',
  ENOTDIR: 'A file stands where a directory has to be: remove it, or name another directory.',
  EEXIST: 'A file stands where a directory has to be: remove it, or name another directory.',
};

export function diskProblem(error: unknown, what: 'read' | 'written', path: string): EnclosureError {
  const { code, syscall, path: itsPath } = error as Partial<NodeJS.ErrnoException>;
  return new EnclosureError('store-failed', `a result cannot be ${what} on the local disk`, {
    where: itsPath ?? path,
    found: code === undefined ? 'a failure' : `${code} (${syscall ?? 'unknown'})`,
    next: advice[code ?? ''] ?? 'See what is wrong with the disk, or name another directory.',
    cause: error,
  });
}
