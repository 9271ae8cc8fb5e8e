/**
 * The link that applications read through. It is never removed and made again: a new one is renamed over it, so that
 * whoever opens it finds the old version or the new one. Fails with `directory-taken` where `current` is not such a link.
 */
import { join } from 'node:path';
import { errnoOf } from '../../base/errno-of.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import { syncPath, type Disk } from '../../files/disk.ts';
import { linkTo, newPartialName, versionOf, type Places } from './places.ts';
import { makeWhole } from '../../files/make-whole.ts';

/** The name of the version that is in use; undefined where there is none yet. */
export async function readCurrent(places: Places, disk: Disk): Promise<string | undefined> {
  try {
    const target = await disk.readlink(places.current);
    const version = versionOf(target);
    if (version === undefined) throw notOurs(places, `a link to ${escapeName(target)}`);
    return version;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return undefined;
    if (errno === 'EINVAL') throw notOurs(places, 'something that is not a link');
    throw error;
  }
}

/** When this returns, the version is in use, also after a power cut. A link itself cannot be fsynced: its directory is. */
export async function pointCurrent(places: Places, version: string, disk: Disk): Promise<void> {
  await makeWhole({
    beside: join(places.root, newPartialName('.current')),
    path: places.current,
    make: (beside) => disk.symlink(linkTo(version), beside),
    disk,
  });
  await syncPath(places.root, disk);
}

function notOurs(places: Places, found: string): EnclosureError {
  return new EnclosureError('directory-taken', 'something else stands where the link to the files belongs', {
    where: places.current,
    expected: 'nothing, or a link that Enclosure made',
    found,
    next: 'Name another directory, or move it away.',
  });
}
