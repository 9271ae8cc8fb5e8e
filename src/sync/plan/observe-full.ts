/**
 * The full path: the whole desired tree against the whole live tree. What may be pruned is what the applied commit held
 * and, where a run died half-way, what that run was writing; both are known from git. Where git no longer has the applied
 * commit, nothing is pruned.
 */
import { withSignal } from '../../base/with-signal.ts';
import type { DesiredTree, DesiredZnode } from '../../model/desired-tree.ts';
import { emptyContent } from '../../model/content-id.ts';
import type { Refusal } from '../../model/plan.ts';
import type { Mapping } from '../../model/state.ts';
import { writtenCommits } from '../../state/closing-state.ts';
import { mappingDigest, mappingOf } from '../../state/mapping-digest.ts';
import { overlappingEnvironments } from '../../state/read-state.ts';
import { readAncestors } from '../../zookeeper/tree/ancestors.ts';
import { readLiveTree } from '../../zookeeper/tree/read-live-tree.ts';
import { type DesiredSnapshot, desiredTree } from '../desired/desired-tree.ts';
import { compareFull } from './comparison.ts';
import { naming } from './guard.ts';
import { differencesBetween, landedBefore } from './landed-before.ts';
import { listingWarnings } from './listing-warnings.ts';
import { draftPolicy, type Observation, type PlanInput } from './plan-input.ts';

export async function observeFull(input: PlanInput): Promise<Observation> {
  const { environment, repository, channel, state, commit, descent } = input;
  const mapping = mappingOf(environment);
  input.onProgress?.({ phase: 'compare', done: 0, total: 0 });
  const snapshot = await snapshotAt(input, commit, mapping);
  const desired = withRoot(snapshot, repository.objectFormat);

  const sameRoot = state?.znode === environment.znode;
  const ours: OwnedTrees = sameRoot ? await ownedTrees(input, { commit, mapping, tree: desired }) : {};
  const live = await readLiveTree(channel, environment.znode, {
    algorithm: repository.objectFormat,
    expected: desired,
    ...withSignal(input.signal),
    ...(input.onProgress && { onProgress: input.onProgress }),
  });
  input.onProgress?.({ phase: 'compare', done: 0, total: 0 });
  const claims = sameRoot ? [] : await overlappingEnvironments(channel, environment);
  return {
    mode: 'full',
    comparison: compareFull({
      desired,
      live,
      recorded: ours.recorded,
      halfWritten: ours.halfWritten,
      ownershipKnown: !(sameRoot && descent === 'unknown'),
      policy: draftPolicy(input),
    }),
    landed: landedBefore(differencesBetween(ours.recorded, desired, ours.halfWritten), live ?? new Map()),
    directory: snapshot.found,
    problems: [...snapshot.problems, ...(live === undefined ? await refuseEphemeralAncestors(input) : [])],
    warnings: [
      ...snapshot.warnings,
      ...movedRootWarnings(input),
      ...listingWarnings(desired, environment.znode),
    ],
    overlapping: claims,
  };
}

interface OwnedTrees {
  readonly recorded?: DesiredTree;
  readonly halfWritten?: DesiredTree;
}

async function ownedTrees(
  input: PlanInput,
  target: { readonly commit: string; readonly mapping: Mapping; readonly tree: DesiredTree },
): Promise<OwnedTrees> {
  const { environment, repository, state, descent } = input;
  if (state === undefined) return {};
  const treeAt = async (commit: string, mapping: Mapping): Promise<DesiredTree> => {
    const same =
      mappingDigest(mapping, environment.znode) === mappingDigest(target.mapping, environment.znode);
    // The same commit read in the same way is the same tree: not read twice, not held twice.
    if (commit === target.commit && same) return target.tree;
    return withRoot(await snapshotAt(input, commit, mapping), repository.objectFormat);
  };
  const recorded =
    state.commit !== null && descent !== 'unknown' ? await treeAt(state.commit, state.mapping) : undefined;
  const halfWritten = new Map<string, DesiredZnode>();
  // Oldest first: where two runs wrote the same path, the later one's content is what may be found.
  for (const written of writtenCommits(state).toReversed()) {
    if (!(await repository.hasCommit(written.commit))) continue;
    for (const [path, znode] of await treeAt(written.commit, written.mapping)) halfWritten.set(path, znode);
  }
  return {
    ...(recorded === undefined ? {} : { recorded }),
    ...(halfWritten.size > 0 && { halfWritten }),
  };
}

async function snapshotAt(input: PlanInput, commit: string, mapping: Mapping): Promise<DesiredSnapshot> {
  return await desiredTree(input.repository, { commit, mapping, ...withSignal(input.signal) });
}

/** The root znode is always desired: the environment lives there, even when its directory is empty. */
function withRoot(snapshot: DesiredSnapshot, algorithm: 'sha1' | 'sha256'): DesiredTree {
  if (snapshot.tree.has('')) return snapshot.tree;
  return new Map([['', { content: emptyContent[algorithm], size: 0 }], ...snapshot.tree]);
}

async function refuseEphemeralAncestors({ channel, environment }: PlanInput): Promise<Refusal[]> {
  const { ephemeral } = await readAncestors(channel, environment.znode);
  if (ephemeral.length === 0) return [];
  return [
    {
      code: 'ephemeral',
      message:
        `the root znode ${environment.znode} would lie below an ephemeral znode, which can have no children: ` +
        `${naming(
          '/',
          ephemeral.map((path) => path.slice(1)),
        )}. Choose another root, or end the session that owns it.`,
    },
  ];
}

function movedRootWarnings({ environment, state }: PlanInput): string[] {
  if (state === undefined || state.znode === environment.znode) return [];
  return [
    `the root znode moved from ${state.znode} to ${environment.znode}; the znodes below ${state.znode} are left as they are`,
  ];
}
