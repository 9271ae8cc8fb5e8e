/**
 * The znodes of an environment at a commit, each with the file that it came from. What the znodes are, the desired tree
 * says; this only finds their files again, by the same rules.
 */
import type { DesiredZnode } from '../../model/desired-tree.ts';
import type { Cancellable, GitRepository } from '../../model/ports/git-repository.ts';
import type { Mapping } from '../../model/state.ts';
import { joinRelative, parentOf } from '../../model/znode-path.ts';
import { desiredTree } from '../../sync/desired/desired-tree.ts';
import { Findings } from '../../sync/desired/findings.ts';
import { readIgnoreFile } from '../../sync/desired/ignore-file.ts';
import { type MappingRules, placeEntry } from '../../sync/desired/mapping-rules.ts';

export interface PlacedZnode extends DesiredZnode {
  /** Where its data lie in the repository; absent for a directory without data. */
  readonly file?: string;
}

export type PlacedTree = ReadonlyMap<string, PlacedZnode>;

/** Fails with `commit-missing`. */
export async function placedZnodes(
  repository: GitRepository,
  commit: string,
  mapping: Mapping,
  options: Cancellable,
): Promise<PlacedTree> {
  const { tree: desired } = await desiredTree(repository, { commit, mapping, ...options });
  const placed = new Map<string, PlacedZnode>(desired);
  const tree = await repository.treeAt(commit, mapping.directory, options);
  if (tree === undefined) return placed;
  const ignores = await readIgnoreFile(repository, tree, options);
  const rules: MappingRules = { ...mapping, ignores, pointers: new Set() };
  for await (const entries of repository.listTree(tree, options)) {
    for (const entry of entries) {
      if (entry.type !== 'file') continue;
      const placement = placeEntry(entry, rules, new Findings());
      const path = placement === 'data' ? parentOf(entry.path) : entry.path;
      const znode = path === undefined ? undefined : desired.get(path);
      if (placement !== 'data' && placement !== 'znode') continue;
      // The id as well: a pointer to Git LFS that was left out is no znode's data.
      if (path === undefined || znode?.content !== entry.oid) continue;
      placed.set(path, { ...znode, file: joinRelative(mapping.directory, entry.path) });
    }
  }
  return placed;
}

/** What git is to be asked about for a znode: its file, or the directory that it is. */
export function pathInGit(path: string, znode: PlacedZnode | undefined, mapping: Mapping): string {
  if (znode?.file !== undefined) return znode.file;
  return path === '' ? mapping.directory : joinRelative(mapping.directory, path);
}
