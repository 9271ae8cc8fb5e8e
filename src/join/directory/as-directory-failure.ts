import { errnoOf } from '../../base/errno-of.ts';
import { asDiskFailure, pathIn } from '../../files/as-disk-failure.ts';

const advice = {
  ENOENT: 'Something has removed it meanwhile. It is tried again.',
  ENOSPC: 'The disk is full: make room on it. It is tried again.',
  EDQUOT: 'The quota on the disk is used up: make room, or have it raised. It is tried again.',
};

/** `directory-failed` for an answer of the operating system; any other error as it is. `path` is what was worked on. */
export function asDirectoryFailure(error: unknown, path: string): unknown {
  const missing = ['EACCES', 'EPERM'].includes(errnoOf(error) ?? '');
  const message = missing ? 'a permission is missing on the directory' : 'the directory cannot be written';
  return asDiskFailure(error, { code: 'directory-failed', message, path: pathIn(error, path), advice });
}
