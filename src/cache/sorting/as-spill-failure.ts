import { EnclosureError } from '../../base/enclosure-error.ts';
import { asDiskFailure } from '../../files/as-disk-failure.ts';

const what = 'the temporary files of a sort cannot be written or read';
const makeRoom = 'Make room where the temporary files lie, or raise workingMemoryBytes.';
const advice = { ENOSPC: makeRoom, EDQUOT: makeRoom };

/** `store-failed` for an answer of the operating system; any other error as it is. `path` is what was worked on. */
export function asSpillFailure(error: unknown, path: string): unknown {
  return asDiskFailure(error, { code: 'store-failed', message: what, path, advice });
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
