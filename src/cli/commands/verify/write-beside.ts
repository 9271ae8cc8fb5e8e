import { open, rename, rm } from 'node:fs/promises';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { escapeName } from '../../../model/znode-path.ts';

/**
 * Writes a file whole or not at all: beside its place first, on the disk, and renamed then. Fails with `directory-failed`,
 * and leaves what was there before.
 */
export async function writeBeside(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    const handle = await open(partial, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw new EnclosureError('directory-failed', 'the file cannot be written', {
      where: escapeName(path),
      found: (error as NodeJS.ErrnoException).code ?? 'a failure',
      next: 'Name a file in a directory that exists and may be written.',
      cause: error,
    });
  }
}
