import { join } from 'node:path';
import { exists, nodeDisk, type Disk } from './disk.ts';
import type { Folding } from './unholdable-names.ts';

/**
 * Finds out which names a disk takes for one, by asking it: neither its name nor the operating system tells. Leaves nothing
 * behind in the directory, which must be empty. Fails with what the operating system says.
 */
export async function probeFolding(directory: string, disk: Disk = nodeDisk): Promise<Folding> {
  const probe = join(directory, 'caf\u{e9}');
  const handle = await disk.open(probe, 'wx');
  await handle.close();
  try {
    return {
      case: await exists(join(directory, 'CAF\u{c9}'), disk),
      forms: await exists(join(directory, 'cafe\u{301}'), disk),
    };
  } finally {
    await disk.unlink(probe);
  }
}
