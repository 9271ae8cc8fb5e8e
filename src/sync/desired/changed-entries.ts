import type { Cancellable, GitRepository, TreeEntry } from '../../model/ports/git-repository.ts';
/** What differs between two trees, sorted by side: the raw material of `desired-changes.ts`. */

/** One of the two commits. */
export interface Side {
  /** Files, symbolic links and submodules that are not the same on the other side. */
  readonly entries: TreeEntry[];
  /** The trees of the directories that are not the same on the other side, by path; '' for the root. */
  readonly directories: Map<string, string>;
}

export type Sides<T> = readonly [before: T, after: T];

export async function changedEntries(
  repository: GitRepository,
  before: string,
  after: string,
  options: Cancellable,
): Promise<Sides<Side>> {
  const sides: Sides<Side> = [
    { entries: [], directories: new Map([['', before]]) },
    { entries: [], directories: new Map([['', after]]) },
  ];
  for await (const differences of repository.diffTrees(before, after, options)) {
    for (const difference of differences) {
      sort(sides[0], difference.before);
      sort(sides[1], difference.after);
    }
  }
  return sides;
}

function sort(side: Side, entry: TreeEntry | undefined): void {
  if (entry === undefined) return;
  if (entry.type === 'directory') side.directories.set(entry.path, entry.oid);
  else side.entries.push(entry);
}
