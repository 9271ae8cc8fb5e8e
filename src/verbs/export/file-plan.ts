/** Which files an exported tree becomes. Pure: znodes in, paths out. */
import { fileOfZnode } from '../../files/file-of-znode.ts';
import { parentsOf } from '../../model/znode-path.ts';

export interface PlannedFile {
  /** Relative to the directory. */
  readonly path: string;
  readonly znode: string;
  readonly bytes: number;
}

export interface FilePlan {
  /** Parents before what is in them; without the directory itself. */
  readonly directories: readonly string[];
  readonly files: readonly PlannedFile[];
}

export function planFiles(znodes: ReadonlyMap<string, { readonly bytes: number }>): FilePlan {
  const parents = parentsOf(znodes.keys());
  const files = [...znodes].flatMap(([znode, { bytes }]) => {
    const path = fileOfZnode(znode, { children: parents.has(znode), bytes });
    return path === undefined ? [] : [{ path, znode, bytes }];
  });
  // In the order of code units a path follows its beginning.
  return { directories: [...parents].filter((path) => path !== '').toSorted(), files };
}
