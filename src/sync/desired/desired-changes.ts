/**
 * What changes between the desired trees of two commits, from their difference in git: the cost is that of the change,
 * not of the tree. The result is that of building both trees and comparing them; a property test holds the two together.
 *
 * The difficulty is directories: one is a znode when something below it is synced, which the difference alone does not
 * tell. So where it leaves that open, the tree is looked into until the first synced file.
 */
import type { DesiredZnode } from '../../model/desired-tree.ts';
import type { Cancellable, GitRepository, TreeEntry } from '../../model/ports/git-repository.ts';
import { type ContentId, emptyContent } from '../../model/content-id.ts';
import type { Refusal } from '../../model/plan.ts';
import type { Mapping } from '../../model/state.ts';
import { parentOf } from '../../model/znode-path.ts';
import { changedEntries, type Side, type Sides } from './changed-entries.ts';
import { findPointers, mayBePointer } from './find-pointers.ts';
import { ignoreFile, readIgnoreFile } from './ignore-file.ts';
import { type MappingRules, mayHoldData } from './mapping-rules.ts';
import { type PlacedSide, placeSide } from './placed-side.ts';
import { holdsSynced, listDirectory, type TreeWalk } from './tree-walk.ts';

export interface DesiredChange {
  readonly before?: DesiredZnode;
  readonly after?: DesiredZnode;
}

export interface DesiredDifference {
  /** Parents before children. */
  readonly changes: ReadonlyMap<string, DesiredChange>;
  /** Always empty: where there are problems, the difference is left to the full path, which finds all of them. */
  readonly problems: readonly Refusal[];
  /** Of what changed only. */
  readonly warnings: readonly string[];
}

export interface DesiredChangesOptions extends Cancellable {
  readonly before: string;
  readonly after: string;
  readonly mapping: Mapping;
}

/**
 * Undefined when the difference does not tell: the directory is missing at one of the commits, `.enclosureignore`
 * changed, or something cannot be mapped. Then the full path has to be taken.
 */
export async function desiredChanges(
  repository: GitRepository,
  { before, after, mapping, signal }: DesiredChangesOptions,
): Promise<DesiredDifference | undefined> {
  return await repository.repairing(
    async () => {
      const treeBefore = await repository.treeAt(before, mapping.directory, { signal });
      const treeAfter = await repository.treeAt(after, mapping.directory, { signal });
      if (treeBefore === undefined || treeAfter === undefined) return undefined;
      if (treeBefore === treeAfter) return { changes: new Map(), problems: [], warnings: [] };
      const sides = await changedEntries(repository, treeBefore, treeAfter, { signal });
      if (sides.some(({ entries }) => entries.some(({ path }) => path === ignoreFile))) return undefined;
      const ignores = await readIgnoreFile(repository, treeAfter, { signal });
      return await compare(repository, sides, { ...mapping, ignores, pointers: new Set() }, { signal });
    },
    { signal },
  );
}

async function compare(
  repository: GitRepository,
  sides: Sides<Side>,
  mapping: MappingRules,
  options: Cancellable,
): Promise<DesiredDifference | undefined> {
  const entries: Sides<readonly TreeEntry[]> =
    mapping.layout === 'file'
      ? [sides[0].entries, sides[1].entries]
      : await siblingEntries(repository, sides, options);
  const sizes = await sizesOf(repository, [...entries[0], ...entries[1]], mapping, options);
  const candidates = [...sizes].filter(([, size]) => mayBePointer(size)).map(([oid]) => oid);
  const rules = { ...mapping, pointers: await findPointers(repository, new Set(candidates), options) };

  const before = placeSide(entries[0], rules);
  const after = placeSide(entries[1], rules);
  if (before === undefined || after === undefined) return undefined;
  const directories = new Set([...before.holding, ...after.holding]);
  const walk: TreeWalk = { repository, rules, options };
  const changes = difference(
    await znodesOf(before, sides[0], directories, walk),
    await znodesOf(after, sides[1], directories, walk),
    (content) => ({ content, size: sizes.get(content) ?? 0 }),
  );
  return { changes, problems: [], warnings: after.warnings };
}

/**
 * With one file a directory, whether a changed file is a directory's data depends on the files beside it: all files of
 * the directories where one changed.
 */
async function siblingEntries(
  repository: GitRepository,
  sides: Sides<Side>,
  options: Cancellable,
): Promise<Sides<readonly TreeEntry[]>> {
  const changed = new Set(sides.flatMap(({ entries }) => entries.map(({ path }) => parentOf(path) ?? '')));
  const list = async (side: Side): Promise<TreeEntry[]> => {
    const siblings: TreeEntry[] = [];
    for (const directory of changed) {
      const tree = side.directories.get(directory);
      if (tree === undefined) continue;
      const entries = await listDirectory(repository, tree, directory, options);
      siblings.push(...entries.filter(({ type }) => type !== 'directory'));
    }
    return siblings;
  };
  return [await list(sides[0]), await list(sides[1])];
}

async function sizesOf(
  repository: GitRepository,
  entries: readonly TreeEntry[],
  mapping: MappingRules,
  options: Cancellable,
): Promise<Map<string, number>> {
  const blobs = new Set(entries.filter((entry) => mayHoldData(entry, mapping)).map(({ oid }) => oid));
  const objects = repository.openContents();
  try {
    return await objects.sizes(blobs, options);
  } finally {
    await objects.close();
  }
}

/** The znodes at the changed paths and the directories concerned: path -> content. */
async function znodesOf(
  placed: PlacedSide,
  side: Side,
  directories: ReadonlySet<string>,
  walk: TreeWalk,
): Promise<Map<string, ContentId>> {
  const empty = emptyContent[walk.repository.objectFormat];
  const znodes = new Map(placed.znodes);
  for (const directory of directories) {
    const tree = side.directories.get(directory);
    const present =
      placed.holding.has(directory) || (tree !== undefined && (await holdsSynced(tree, directory, walk)));
    // Data that did not change count as none on both sides, which is no difference.
    if (present) znodes.set(directory, placed.data.get(directory) ?? empty);
  }
  return znodes;
}

function difference(
  before: ReadonlyMap<string, ContentId>,
  after: ReadonlyMap<string, ContentId>,
  znode: (content: ContentId) => DesiredZnode,
): Map<string, DesiredChange> {
  const changes = new Map<string, DesiredChange>();
  for (const path of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was === is) continue;
    changes.set(path, {
      ...(was === undefined ? {} : { before: znode(was) }),
      ...(is === undefined ? {} : { after: znode(is) }),
    });
  }
  return changes;
}
