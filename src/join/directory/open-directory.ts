/**
 * Takes a directory for the snapshots of one environment, and makes it where it is missing. In it:
 *
 *   current                the link that applications read through, to the version in use
 *   .versions/REVISION-…   the versions, each whole
 *   .enclosure/            whose it is, and the lock
 *
 * What runs that died left is removed. Fails with `directory-taken` where anything speaks against that it is ours, and
 * has changed nothing then; with `directory-failed` when the operating system refuses.
 */
import { join, resolve } from 'node:path';
import { throwIfAborted } from '../../base/enclosure-error.ts';
import { readCurrent } from './read-current.ts';
import { asDirectoryFailure } from './as-directory-failure.ts';
import { takeLock } from './directory-lock.ts';
import { checkOwner, claimDirectory, type DirectoryOwner } from './directory-owner.ts';
import { nodeDisk, type Disk } from '../../files/disk.ts';
import { newPartialName, placesIn, type Places } from './places.ts';
import { probeFolding } from '../../files/probe-folding.ts';
import type { Folding } from '../../files/unholdable-names.ts';
import { removeLeftovers, removeTree } from './remove-tree.ts';
import { VersionsDirectory } from './versions-directory.ts';

export interface OpenDirectoryOptions {
  readonly directory: string;
  readonly owner: DirectoryOwner;
  readonly signal?: AbortSignal;
  /** Default: Node's own operations. */
  readonly disk?: Disk;
}

/** The caller closes it. */
export async function openDirectory(options: OpenDirectoryOptions): Promise<VersionsDirectory> {
  const { owner, signal, disk = nodeDisk } = options;
  const places = placesIn(resolve(options.directory));
  throwIfAborted(signal);
  try {
    await disk.mkdir(places.root, { recursive: true });
    await readCurrent(places, disk);
    await checkOwner(places, owner, disk);
    await disk.mkdir(places.own, { recursive: true, mode: 0o700 });
    const lock = await takeLock(places.lock, disk);
    try {
      await claimDirectory(places, owner, disk);
      await disk.mkdir(places.versions, { recursive: true });
      await removeLeftovers(places, await readCurrent(places, disk), disk);
      const folding = await probeVersions(places, disk);
      throwIfAborted(signal);
      return new VersionsDirectory({ places, lock, folding, disk });
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    throw asDirectoryFailure(error, places.root);
  }
}

/** In a folder of its own, which the next opening takes away when this process dies. */
async function probeVersions(places: Places, disk: Disk): Promise<Folding> {
  const probe = join(places.versions, newPartialName('probe'));
  await disk.mkdir(probe);
  try {
    return await probeFolding(probe, disk);
  } finally {
    await removeTree(probe, disk);
  }
}
