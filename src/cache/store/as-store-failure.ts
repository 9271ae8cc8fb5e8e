import { asDiskFailure } from '../../files/as-disk-failure.ts';

const rights =
  'Give the user that runs this process the right to read and write there, or name another directory.';

const inTheWay = 'Remove the file or directory that stands in the way, or name another directory.';

const advice = {
  EACCES: rights,
  EPERM: rights,
  ENOENT: 'Name a directory that can be made; where this one was there, something has removed it meanwhile.',
  ENOSPC: 'Free space on the disk, or name a directory on a larger one.',
  ENOTDIR: inTheWay,
  EEXIST: inTheWay,
  EISDIR: inTheWay,
  ENOTEMPTY: inTheWay,
  ENAMETOOLONG: 'Name a directory with a shorter path, or use shorter keys.',
};

/** `store-failed` for an answer of the operating system; anything else as it is. */
export function asStoreFailure(error: unknown, path: string): unknown {
  const message = 'the directory of the bulk call cache does not do what it should';
  return asDiskFailure(error, { code: 'store-failed', message, path, advice });
}
