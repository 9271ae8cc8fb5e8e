/** What the operating system refused to a temporary file, as an error that a person can act on. */
import { errnoOf } from '../../base/errno-of.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';

const what = 'the temporary files of a sort cannot be written or read';
const makeRoom = 'Make room where the temporary files lie, or raise workingMemoryBytes.';

const advice: Readonly<Record<string, string>> = {
  ENOSPC: makeRoom,
  EDQUOT: makeRoom,
  EFBIG: 'Raise the limit on the size of a file (ulimit -f).',
  EMFILE: 'Raise the limit on open files (ulimit -n).',
  ENOENT:
    'Something has removed it meanwhile: see to it that nothing cleans up there while the process runs.',
  EACCES: 'Give the user that runs this process the right to write there.',
  EPERM: 'Give the user that runs this process the right to write there.',
  EROFS: 'The file system is mounted read-only: mount it for writing.',
};

/** `store-failed` for an answer of the operating system; any other error as it is. `path` is what was worked on. */
export function asSpillFailure(error: unknown, path: string): Error {
  const code = errnoOf(error);
  if (code === undefined) return error instanceof Error ? error : new Error('failed', { cause: error });
  const { syscall } = error as NodeJS.ErrnoException;
  return new EnclosureError('store-failed', what, {
    where: path,
    found: `${code} (${syscall})`,
    next: advice[code] ?? 'See what is wrong with the disk.',
    cause: error,
  });
}

/** A file that ends before all that was written to it. */
export function spillCut(path: string, found: number, expected: number): EnclosureError {
  return new EnclosureError('store-failed', what, {
    where: path,
    expected: `${expected} bytes`,
    found: `${found} bytes`,
    next: 'Something has changed the file meanwhile: see to it that nothing else writes there.',
  });
}
