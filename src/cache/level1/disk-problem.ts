/** What the operating system refused, as an error that a person can act on. The cache goes on without the disk. */
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import { asDiskFailure, pathIn } from '../../files/as-disk-failure.ts';

const advice = {
  ENOSPC: 'The disk is full: make room on it, or lower `directoryBytes`.',
  EDQUOT: 'The quota on the disk is used up: make room, or lower `directoryBytes`.',
};

export function diskProblem(error: unknown, what: 'read' | 'written', path: string): EnclosureError {
  const message = `a result cannot be ${what} on the local disk`;
  const failure = asDiskFailure(error, { code: 'store-failed', message, path: pathIn(error, path), advice });
  if (isEnclosureError(failure)) return failure;
  return new EnclosureError('store-failed', message, {
    where: path,
    found: 'a failure',
    next: 'See what is wrong with the disk, or name another directory.',
    cause: error,
  });
}
