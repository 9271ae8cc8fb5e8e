/** Looks into trees that the difference of two commits only names. */
import type { Cancellable, GitRepository, TreeEntry } from '../../model/ports/git-repository.ts';
import { joinRelative } from '../../model/znode-path.ts';
import { Findings } from './findings.ts';
import { findPointers, mayBePointer } from './find-pointers.ts';
import { nameProblem, placeEntry, type MappingRules } from './mapping-rules.ts';

export interface TreeWalk {
  readonly repository: GitRepository;
  readonly rules: MappingRules;
  readonly options: Cancellable;
}

/** The direct entries of a directory, with paths relative to the environment's directory. */
export async function listDirectory(
  repository: GitRepository,
  tree: string,
  directory: string,
  options: Cancellable,
): Promise<TreeEntry[]> {
  const entries = await repository.readTree(tree, options);
  return entries.map((entry) => ({ ...entry, path: joinRelative(directory, entry.path) }));
}

/** Whether a directory is a znode: something below it is synced. Stops at the first such file, mostly at once. */
export async function holdsSynced(tree: string, directory: string, walk: TreeWalk): Promise<boolean> {
  const { repository, rules, options } = walk;
  const entries = await listDirectory(repository, tree, directory, options);
  for (const entry of entries) {
    if (entry.type !== 'directory' && (await isSynced(entry, walk))) return true;
  }
  for (const entry of entries) {
    if (entry.type !== 'directory' || rules.ignores(entry.path, true) || nameProblem(entry) !== undefined)
      continue;
    if (await holdsSynced(entry.oid, entry.path, walk)) return true;
  }
  return false;
}

async function isSynced(entry: TreeEntry, { repository, rules, options }: TreeWalk): Promise<boolean> {
  const placement = placeEntry(entry, rules, new Findings());
  if (placement === 'nothing' || placement === 'keep') return placement === 'keep';
  // Where a pointer is refused it does not matter whether it counts: such a tree is never applied.
  if (rules.unsupported === 'refuse') return true;
  const objects = repository.openContents();
  try {
    const blob = new Set([entry.oid]);
    const size = (await objects.sizes(blob, options)).get(entry.oid) ?? 0;
    return !mayBePointer(size) || (await findPointers(repository, blob, options)).size === 0;
  } finally {
    await objects.close();
  }
}
