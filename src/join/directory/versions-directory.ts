/**
 * The versions in a directory: each is written whole beside the others, then switched to. Whatever ends the process, and
 * whenever, `current` leads to one whole version. One call at a time: pruning takes a version that is still being written
 * for a leftover.
 *
 * Fails with `name-unholdable` before anything is written, with `directory-failed` when the operating system refuses, with
 * `directory-taken` when another agent took the directory over. After a failure the old version is in use.
 */
import { join } from 'node:path';
import { throwIfAborted } from '../../base/enclosure-error.ts';
import { refuseUnholdable, type Folding } from '../../files/unholdable-names.ts';
import type { RevisionTree } from '../../agent/reading/revision-tree.ts';
import { pointCurrent, readCurrent } from './read-current.ts';
import { asDirectoryFailure } from './as-directory-failure.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { exists, syncPath, type Disk } from '../../files/disk.ts';
import { layOutTree } from '../../files/lay-out-tree.ts';
import { newVersionName, partialName, type Places } from './places.ts';
import { removeTree, removeVersions } from './remove-tree.ts';
import { writeVersion, type WrittenFiles } from './write-version.ts';

export interface WrittenVersion {
  /** Absolute. */
  readonly directory: string;
  /** Null of a tree that Enclosure does not manage. */
  readonly revision: number | null;
  /** Puts it into use, and removes all versions but it and the one before, which may still be being read. */
  switch(): Promise<void>;
  /** Removes it, unless it is in use; never fails. */
  discard(): Promise<void>;
}

export interface VersionsDirectoryParts {
  readonly places: Places;
  readonly lock: DirectoryLock;
  readonly folding: Folding;
  readonly disk: Disk;
}

export class VersionsDirectory {
  readonly #parts: VersionsDirectoryParts;
  /** What this process has written and not removed, by the version's name, the newest last. */
  readonly #written = new Map<string, WrittenFiles>();
  /** The version that was in use before. */
  #previous: string | undefined;

  constructor(parts: VersionsDirectoryParts) {
    this.#parts = parts;
  }

  /** Leaves nothing behind when it fails. */
  async write(tree: RevisionTree, options: { readonly signal?: AbortSignal } = {}): Promise<WrittenVersion> {
    const { places, lock, folding, disk } = this.#parts;
    const name = newVersionName(tree.revision);
    const directory = join(places.versions, name);
    const partial = partialName(directory);
    const layout = layOutTree(tree.znodes, ({ data }) => data.length);
    // The longer of its two names: all of its paths have to fit under both.
    const paths = [...layout.directories, ...layout.files.map(({ path }) => path)];
    const next = 'Rename the file in git, or name a directory on another disk.';
    refuseUnholdable(paths, { ...folding, directory: partial }, next);
    try {
      throwIfAborted(options.signal);
      await lock.check();
      // Of an earlier process nothing is linked: nobody knows what has happened to its files since.
      const before = [...this.#written.values()].at(-1);
      const files = await writeVersion(partial, layout, before, disk, options.signal);
      await disk.rename(partial, directory);
      await syncPath(places.versions, disk);
      this.#written.set(name, { directory, files });
    } catch (error) {
      await removeTree(partial, disk);
      await removeTree(directory, disk);
      throw asDirectoryFailure(error, directory);
    }
    return {
      directory,
      revision: tree.revision,
      switch: async () => await this.#switch(name),
      discard: async () => await this.#discard(name),
    };
  }

  /** Where `current` leads to, absolute; undefined where it leads nowhere yet. */
  async current(): Promise<string | undefined> {
    const { places, disk } = this.#parts;
    try {
      const version = await readCurrent(places, disk);
      if (version === undefined) return undefined;
      const directory = join(places.versions, version);
      return (await exists(directory, disk)) ? directory : undefined;
    } catch (error) {
      throw asDirectoryFailure(error, places.current);
    }
  }

  /** Lets other agents at the directory; never fails. What is in use stays. */
  async close(): Promise<void> {
    await this.#parts.lock.release();
  }

  async #switch(name: string): Promise<void> {
    const { places, lock, disk } = this.#parts;
    try {
      const before = await readCurrent(places, disk);
      await lock.check();
      // It may have been removed since it was written: nothing would be left to read.
      await disk.lstat(join(places.versions, name));
      await pointCurrent(places, name, disk);
      if (before !== name) this.#previous = before;
    } catch (error) {
      throw asDirectoryFailure(error, places.current);
    }
    const kept = new Set([name, ...(this.#previous === undefined ? [] : [this.#previous])]);
    for (const written of this.#written.keys()) if (!kept.has(written)) this.#written.delete(written);
    await removeVersions(places, kept, disk);
  }

  async #discard(name: string): Promise<void> {
    const { places, disk } = this.#parts;
    // Not knowing what is in use is reason enough to keep it; the next switch removes it.
    const current = await readCurrent(places, disk).catch(() => name);
    if (current === name) return;
    this.#written.delete(name);
    await removeTree(join(places.versions, name), disk);
  }
}
