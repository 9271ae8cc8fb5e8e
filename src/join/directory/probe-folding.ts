/** Finds out which names a disk takes for one, by asking it: neither its name nor the operating system tells. */
import { join } from 'node:path';
import type { Folding } from '../../files/unholdable-names.ts';
import { exists, nodeDisk, type Disk } from '../../files/disk.ts';
import { newPartialName } from './places.ts';
import { removeTree } from './remove-tree.ts';

/** Leaves nothing behind. Fails with what the operating system says. */
export async function probeFolding(directory: string, disk: Disk = nodeDisk): Promise<Folding> {
  const probe = join(directory, newPartialName('probe'));
  await disk.mkdir(probe);
  try {
    const handle = await disk.open(join(probe, 'caf\u{e9}'), 'wx');
    await handle.close();
    return {
      case: await exists(join(probe, 'CAF\u{c9}'), disk),
      forms: await exists(join(probe, 'cafe\u{301}'), disk),
    };
  } finally {
    await removeTree(probe, disk);
  }
}
