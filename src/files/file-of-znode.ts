import { joinRelative } from '../model/znode-path.ts';

/**
 * Where the data of a znode lie among files, the way a repository holds them (docs/design.md, "Directories and znodes"): a
 * znode without children is a file; one with children is a directory, and its data, if it has any, are the file `.znode`
 * in it. Undefined where there is no file. Paths are relative to the root znode, which is always a directory, and to its
 * directory.
 */
export function fileOfZnode(
  path: string,
  { children, bytes }: { readonly children: boolean; readonly bytes: number },
): string | undefined {
  if (path !== '' && !children) return path;
  return bytes === 0 ? undefined : joinRelative(path, '.znode');
}
