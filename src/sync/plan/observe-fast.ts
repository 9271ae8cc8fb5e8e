/**
 * The fast path: git says what differs between the applied commit and the new one, and only those znodes are read. A push
 * costs what it changes and not what the tree holds. Whatever makes git's answer insufficient gives `undefined`, and the
 * full path is taken: no deployment yet, a run that died half-way, a changed mapping, a commit that git no longer has.
 */
import { withSignal } from '../../base/with-signal.ts';
import { joinPath } from '../../model/znode-path.ts';
import { mappingDigest, mappingOf } from '../../state/mapping-digest.ts';
import { readLiveZnodes } from '../../zookeeper/tree/read-live-tree.ts';
import { desiredChanges } from '../desired/desired-changes.ts';
import { compareFast, type DesiredChanges, suspectParents } from './comparison.ts';
import { landedBefore } from './landed-before.ts';
import { draftPolicy, type Observation, type PlanInput } from './plan-input.ts';

export async function observeFast(input: PlanInput): Promise<Observation | undefined> {
  const { environment, request, repository, channel, state, commit, descent } = input;
  if (request.full === true || state?.phase !== 'applied' || state.commit === null || descent === 'unknown')
    return undefined;
  const mapping = mappingOf(environment);
  if (state.znode !== environment.znode || state.mappingDigest !== mappingDigest(mapping, environment.znode))
    return undefined;

  const signal = withSignal(input.signal);
  const difference =
    state.commit === commit
      ? { changes: new Map() satisfies DesiredChanges, problems: [], warnings: [] }
      : await desiredChanges(repository, { before: state.commit, after: commit, mapping, ...signal });
  if (difference === undefined) return undefined;

  const { changes } = difference;
  input.onProgress?.({ phase: 'read', done: 0, total: changes.size });
  const live = await readLiveZnodes(channel, environment.znode, [...changes.keys()], {
    algorithm: repository.objectFormat,
    ...signal,
  });
  const suspects = suspectParents(changes, live);
  const listings = await Promise.all(
    suspects.map(
      async (path) => [path, (await channel.getChildren(joinPath(environment.znode, path))) ?? []] as const,
    ),
  );
  return {
    mode: 'fast',
    comparison: compareFast({
      changes,
      live,
      childrenOf: new Map(listings),
      owned: state.znodes,
      policy: draftPolicy(input),
    }),
    landed: landedBefore(changes, live),
    directory: 'directory',
    problems: difference.problems,
    warnings: difference.warnings,
    overlapping: [],
  };
}
