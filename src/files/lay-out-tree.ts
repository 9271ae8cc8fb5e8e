/**
 * A tree of znodes as directories and files, the way a repository holds it (docs/design.md, "Directories and znodes"): what
 * `enclosure export` writes and what `enclosure join` writes is this, so that both are the same files. Pure; whether a disk can
 * hold the names is found out in `unholdable-names.ts`.
 */
import { joinRelative, parentOf, parentsOf } from '../model/znode-path.ts';

export interface LaidOutFile<Znode> {
  /** Relative to the directory of the root znode, with slashes. */
  readonly path: string;
  /** The znode that its bytes are the data of, relative to the root znode. */
  readonly znode: string;
  readonly of: Znode;
}

export interface TreeLayout<Znode> {
  /** Parents before what is in them; without the directory of the root znode. */
  readonly directories: readonly string[];
  readonly files: readonly LaidOutFile<Znode>[];
}

/** @param znodes by their paths relative to the root znode; parents that are missing become directories all the same */
export function layOutTree<Znode>(
  znodes: ReadonlyMap<string, Znode>,
  bytesOf: (znode: Znode) => number,
): TreeLayout<Znode> {
  const parents = withAncestors(parentsOf(znodes.keys()));
  const files: LaidOutFile<Znode>[] = [];
  for (const [znode, of] of znodes) {
    const path = fileOf(znode, parents.has(znode), bytesOf(of));
    if (path !== undefined) files.push({ path, znode, of });
  }
  // In the order of code units a path follows its beginning.
  return { directories: [...parents].filter((path) => path !== '').toSorted(), files };
}

/**
 * A znode without children is a file; one with children is a directory, and its data, if it has any, are the file `.znode` in
 * it. The root znode is always a directory.
 */
function fileOf(path: string, hasChildren: boolean, bytes: number): string | undefined {
  if (path !== '' && !hasChildren) return path;
  return bytes === 0 ? undefined : joinRelative(path, '.znode');
}

function withAncestors(parents: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const parent of parents) {
    let path: string | undefined = parent;
    for (; path !== undefined && !all.has(path); path = parentOf(path)) all.add(path);
  }
  return all;
}
