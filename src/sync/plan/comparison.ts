/**
 * The two comparisons. The full one pairs the whole desired tree with the whole live tree; the fast one pairs only what
 * git says changed. Both are pure and end in the same draft, so that a guard cannot tell them apart.
 */
import type { DesiredTree, DesiredZnode } from '../../model/desired-tree.ts';
import type { LiveTree } from '../../model/live-tree.ts';
import type { Adoption } from '../../model/plan.ts';
import { joinRelative, parentOf } from '../../model/znode-path.ts';
import { adoptionOf } from './adoption-of.ts';
import { type Draft, DraftBuilder, type DraftPolicy } from './draft.ts';

export interface Comparison extends Draft {
  /** Znodes that the desired tree holds. */
  readonly znodes: number;
  /** Znodes that were ours before. */
  readonly owned: number;
  /** Live znodes that are not ours; the full comparison sees them, the fast one does not. */
  readonly unmanaged: readonly string[];
  /** Not ours, and below a znode that is to be deleted. */
  readonly foreignChildren: readonly string[];
  /** Of a first deployment onto a root znode below which something is. */
  readonly adoption?: Adoption;
}

export interface FullInput {
  readonly desired: DesiredTree;
  /** Undefined where the root znode does not exist. */
  readonly live: LiveTree | undefined;
  /** The applied commit's tree; undefined before the first deployment, or when git no longer has the commit. */
  readonly recorded: DesiredTree | undefined;
  /** Where a run died half-way: the tree it was writing, which is ours as well. */
  readonly halfWritten: DesiredTree | undefined;
  /** False when git no longer has the applied commit: then nothing proves which znodes are ours. */
  readonly ownershipKnown: boolean;
  readonly policy: DraftPolicy;
}

export function compareFull(input: FullInput): Comparison {
  const { desired, recorded, halfWritten } = input;
  const live: LiveTree = input.live ?? new Map();
  const isOwned = (path: string): boolean => recorded?.has(path) === true || halfWritten?.has(path) === true;
  const builder = new DraftBuilder(input.policy);
  for (const [path, want] of desired) {
    // An applied commit that is gone says that the tree is managed, not which znodes: those that git wants count as ours.
    const owned = !input.ownershipKnown || isOwned(path);
    builder.want(path, want, live.get(path), recorded?.get(path), owned);
  }
  for (const path of ownedPaths(recorded, halfWritten)) {
    if (!desired.has(path) && path !== '') builder.drop(path, live.get(path), recorded?.get(path));
  }
  const draft = builder.finish();
  const extras = [...live.keys()]
    .filter((path) => !desired.has(path) && !isOwned(path) && path !== '')
    .toSorted();
  const deleted = deletedPaths(draft);
  const isFirst = input.ownershipKnown && recorded === undefined && halfWritten === undefined;
  const adoption = isFirst
    ? adoptionOf(desired, live, { different: draft.notOwned, unmanaged: extras })
    : undefined;
  return {
    ...draft,
    ...(adoption !== undefined && { adoption }),
    znodes: desired.size,
    owned: ownedCount(recorded, halfWritten),
    unmanaged: input.ownershipKnown ? extras : [],
    strays: input.ownershipKnown ? draft.strays : extras,
    foreignChildren: deleted.size === 0 ? [] : orphans(live.keys(), deleted),
  };
}

export type DesiredChanges = ReadonlyMap<
  string,
  { readonly before?: DesiredZnode; readonly after?: DesiredZnode }
>;

export interface FastInput {
  readonly changes: DesiredChanges;
  /** The live znodes at the changed paths, as far as they exist. */
  readonly live: LiveTree;
  /** The children of the znodes that `suspectParents` named. */
  readonly childrenOf: ReadonlyMap<string, readonly string[]>;
  /** Znodes of the applied revision, from the state. */
  readonly owned: number;
  readonly policy: DraftPolicy;
}

export function compareFast(input: FastInput): Comparison {
  const builder = new DraftBuilder(input.policy);
  let znodes = input.owned;
  for (const path of [...input.changes.keys()].toSorted()) {
    const { before, after } = input.changes.get(path) ?? {};
    const have = input.live.get(path);
    if (after !== undefined) builder.want(path, after, have, before, before !== undefined);
    else if (path !== '') builder.drop(path, have, before);
    znodes += Number(after !== undefined) - Number(before !== undefined);
  }
  const draft = builder.finish();
  const writes = draft.steps.filter((step) => step.action !== 'delete').length;
  const children = [...input.childrenOf].flatMap(([parent, names]) =>
    names.map((name) => joinRelative(parent, name)),
  );
  return {
    ...draft,
    unchanged: znodes - writes,
    znodes,
    owned: input.owned,
    unmanaged: [],
    foreignChildren: orphans(children, deletedPaths(draft)),
  };
}

/**
 * The znodes that the changes delete and that have more children than the changes delete with them: somebody else's
 * child may be among them, and only a listing tells.
 */
export function suspectParents(changes: DesiredChanges, live: LiveTree): string[] {
  const dropped = [...changes]
    .filter(([path, { after }]) => after === undefined && live.has(path))
    .map(([path]) => path);
  const leaving = new Map<string, number>();
  for (const path of dropped) {
    const parent = parentOf(path);
    if (parent !== undefined) leaving.set(parent, (leaving.get(parent) ?? 0) + 1);
  }
  return dropped.filter((path) => (live.get(path)?.children ?? 0) > (leaving.get(path) ?? 0));
}

function deletedPaths(draft: Draft): ReadonlySet<string> {
  return new Set(draft.steps.filter((step) => step.action === 'delete').map((step) => step.path));
}

/** The paths that stay although their parent goes. */
function orphans(paths: Iterable<string>, deleted: ReadonlySet<string>): string[] {
  const left: string[] = [];
  for (const path of paths) {
    if (!deleted.has(path) && deleted.has(parentOf(path) ?? '')) left.push(path);
  }
  return left.toSorted();
}

function* ownedPaths(
  recorded: DesiredTree | undefined,
  halfWritten: DesiredTree | undefined,
): Generator<string> {
  if (recorded !== undefined) yield* recorded.keys();
  if (halfWritten === undefined) return;
  for (const path of halfWritten.keys()) if (recorded?.has(path) !== true) yield path;
}

function ownedCount(recorded: DesiredTree | undefined, halfWritten: DesiredTree | undefined): number {
  let count = 0;
  for (const path of ownedPaths(recorded, halfWritten)) count += Number(path !== undefined);
  return count;
}
