import { rename, rm } from 'node:fs/promises';
import type { Disk } from './disk.ts';

export interface WholeOptions {
  /** Where it is made: on the same file system, under a name that nobody else uses. */
  readonly beside: string;
  /** Where it belongs. */
  readonly path: string;
  /** Makes the file, link or directory; what is to survive a power cut, it forces to the disk itself. */
  readonly make: (beside: string) => Promise<unknown>;
  /** Default: Node's own operations. With another one, what is made is a file or a link. */
  readonly disk?: Pick<Disk, 'rename' | 'unlink'>;
}

/**
 * Makes something beside its place and renames it there when it is whole: nobody ever finds half of it, and what was there
 * before stays until then. When anything fails, nothing is left beside, and the error goes on as it is.
 */
export async function makeWhole({ beside, path, make, disk }: WholeOptions): Promise<void> {
  try {
    await make(beside);
    await (disk?.rename ?? rename)(beside, path);
  } catch (error) {
    const gone = disk === undefined ? rm(beside, { recursive: true, force: true }) : disk.unlink(beside);
    await gone.catch(() => undefined);
    throw error;
  }
}
