/** Removes what is ours: a directory with all that is in it, and what earlier runs left. */
import { join } from 'node:path';
import type { Disk } from '../../files/disk.ts';
import { forEachBounded } from '../../base/for-each-bounded.ts';
import { isPartialName, isVersionName, type Places } from './places.ts';

const width = 16;

/**
 * Never fails. Something that cannot be removed (an application may have put it there, as another user) takes room and
 * harms nobody: nothing leads to it, and it is tried again with the next switch and the next start.
 */
export async function removeTree(directory: string, disk: Disk): Promise<void> {
  const entries = await disk.readdir(directory, { withFileTypes: true }).catch(() => []);
  // A link is removed, not what it leads to.
  const pathOf = ({ name }: { readonly name: string }): string => join(directory, name);
  await unlinkAll(entries.filter((entry) => !entry.isDirectory()).map(pathOf), disk);
  for (const inner of entries.filter((entry) => entry.isDirectory())) await removeTree(pathOf(inner), disk);
  await disk.rmdir(directory).catch(() => undefined);
}

/** Removes the versions that nobody keeps, whole and half ones. What has no name of ours is left alone. */
export async function removeVersions(places: Places, kept: ReadonlySet<string>, disk: Disk): Promise<void> {
  const names = await disk.readdir(places.versions).catch(() => []);
  for (const name of names) {
    const ours = isVersionName(name) || isPartialName(name);
    if (ours && !kept.has(name)) await removeTree(join(places.versions, name), disk);
  }
}

/** Removes what runs that died left: links, files and versions. The caller holds the lock. */
export async function removeLeftovers(
  places: Places,
  current: string | undefined,
  disk: Disk,
): Promise<void> {
  for (const directory of [places.root, places.own]) {
    const names = await disk.readdir(directory).catch(() => []);
    const partial = names.filter(isPartialName).map((name) => join(directory, name));
    await unlinkAll(partial, disk);
  }
  await removeVersions(places, new Set(current === undefined ? [] : [current]), disk);
}

async function unlinkAll(paths: readonly string[], disk: Disk): Promise<void> {
  await forEachBounded(paths, width, async (path) => await disk.unlink(path).catch(() => undefined));
}
