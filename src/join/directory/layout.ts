/**
 * The znodes of a tree as directories and files, the way the repository holds them. Pure; whether a disk can hold the
 * names is found out in `unholdable-names.ts`.
 */
import type { ContentId } from '../../model/content-id.ts';
import { fileOfZnode } from '../../files/file-of-znode.ts';
import { parentOf, parentsOf } from '../../model/znode-path.ts';
import type { RevisionTree } from '../../agent/reading/revision-tree.ts';

export interface LayoutFile {
  /** Relative to the version's directory, with slashes. */
  readonly path: string;
  /** The znode that its bytes are the data of, relative to the root znode. */
  readonly znode: string;
  readonly data: Buffer;
  readonly content: ContentId;
}

export interface Layout {
  /** Parents before what is in them. The version's own directory is none of them. */
  readonly directories: readonly string[];
  readonly files: readonly LayoutFile[];
}

export function layoutOf(tree: Pick<RevisionTree, 'znodes'>): Layout {
  const parents = withAncestors(parentsOf(tree.znodes.keys()));
  const files: LayoutFile[] = [];
  for (const [znode, { data, content }] of tree.znodes) {
    const path = fileOfZnode(znode, { children: parents.has(znode), bytes: data.length });
    if (path !== undefined) files.push({ path, znode, data, content });
  }
  // In the order of code units a path follows its beginning.
  return { directories: [...parents].filter((path) => path !== '').toSorted(), files };
}

function withAncestors(parents: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const parent of parents) {
    let path: string | undefined = parent;
    for (; path !== undefined && !all.has(path); path = parentOf(path)) all.add(path);
  }
  return all;
}
