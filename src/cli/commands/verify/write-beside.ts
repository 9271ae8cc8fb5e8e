import { randomUUID } from 'node:crypto';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { createFile, nodeDisk } from '../../../files/disk.ts';
import { makeWhole } from '../../../files/make-whole.ts';
import { escapeName } from '../../../model/znode-path.ts';

/**
 * Writes a file whole or not at all: beside its place first, on the disk, and renamed then. Fails with `directory-failed`,
 * and leaves what was there before.
 */
export async function writeBeside(path: string, text: string): Promise<void> {
  try {
    await makeWhole({
      beside: `${path}.${randomUUID()}.partial`,
      path,
      make: (beside) => createFile(beside, text, 0o666, nodeDisk),
    });
  } catch (error) {
    throw new EnclosureError('directory-failed', 'the file cannot be written', {
      where: escapeName(path),
      found: (error as NodeJS.ErrnoException).code ?? 'a failure',
      next: 'Name a file in a directory that exists and may be written.',
      cause: error,
    });
  }
}
