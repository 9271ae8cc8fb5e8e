/**
 * A revision of an environment as its members hold it: every znode from the root down with its bytes. A frozen value;
 * whatever makes one has read exactly one revision. Pure.
 */
import type { ContentId } from '../../model/content-id.ts';
import { treeDigest } from '../../model/tree-digest.ts';

export interface RevisionZnode {
  readonly data: Buffer;
  readonly content: ContentId;
}

export interface RevisionFacts {
  readonly environment: string;
  /** The root znode. */
  readonly znode: string;
  /** Null of a tree that Enclosure does not manage. */
  readonly revision: number | null;
  readonly commit: string | null;
}

export interface RevisionTree extends RevisionFacts {
  /** By path relative to the root znode ('' is the root itself), in the order of code units. */
  readonly znodes: ReadonlyMap<string, RevisionZnode>;
  /** See `treeDigest`. */
  readonly digest: string;
}

export function makeRevisionTree(
  facts: RevisionFacts,
  znodes: Iterable<[string, RevisionZnode]>,
): RevisionTree {
  const sorted = [...znodes].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const { environment, znode, revision, commit } = facts;
  return Object.freeze({
    environment,
    znode,
    revision,
    commit,
    znodes: new Map(sorted),
    digest: treeDigest(sorted),
  });
}

export interface RevisionDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Paths relative to the root znode, sorted. */
export function compareRevisionTrees(before: RevisionTree, after: RevisionTree): RevisionDifference {
  const added: string[] = [];
  const changed: string[] = [];
  for (const [path, { content }] of after.znodes) {
    const old = before.znodes.get(path);
    if (old === undefined) added.push(path);
    else if (old.content !== content) changed.push(path);
  }
  const removed = [...before.znodes.keys()].filter((path) => !after.znodes.has(path));
  return { added, changed, removed };
}
