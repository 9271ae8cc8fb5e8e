/**
 * Makes the plan: what `plan` shows and what `sync` applies come from this one function. It reads git and the live tree
 * and writes nothing. A read error is an error, never "empty".
 */
import { withSignal } from '../../base/with-signal.ts';
import type { Plan } from '../../model/plan.ts';
import { permissionNames, type Permissions } from '../../model/sync/permission-switches.ts';
import { joinPath } from '../../model/znode-path.ts';
import { mappingDigest, mappingOf } from '../../state/mapping-digest.ts';
import { readLiveZnodes } from '../../zookeeper/tree/read-live-tree.ts';
import { desiredChanges } from '../desired/desired-changes.ts';
import { fenceReserve } from '../lock/fence.ts';
import { compareFast, type DesiredChanges, suspectParents } from './comparison.ts';
import { guard, type Overrides } from './guard.ts';
import { landedBefore } from './landed-before.ts';
import { observeFull } from './observe-full.ts';
import { draftPolicy, type Observation, type PlanInput } from './plan-input.ts';
import { tooLarge } from './too-large.ts';

export async function makePlan(input: PlanInput): Promise<Plan> {
  const { environment, request, channel, state, commit, descent } = input;
  const previousCommit = state?.commit ?? undefined;
  const observation = (await observeFast(input)) ?? (await observeFull(input));
  const { comparison } = observation;
  const refusals = [
    ...observation.problems,
    ...tooLarge(comparison.steps, environment.znode, channel.maxFrame - fenceReserve),
    ...guard({
      environment,
      commit,
      previousCommit,
      comparison,
      descent,
      directory: observation.directory,
      overlapping: observation.overlapping,
      asked: request,
      overrides: {
        ...permitted(request),
        ...(environment.allowRewind && { allowRewind: true }),
      },
    }),
  ];
  return Object.freeze({
    environment: environment.name,
    commit,
    ...(previousCommit === undefined ? {} : { previousCommit }),
    mode: observation.mode,
    steps: comparison.steps,
    landed: observation.landed,
    refusals,
    warnings: observation.warnings,
    unchanged: comparison.unchanged,
    znodes: comparison.znodes,
    unmanaged: comparison.unmanaged,
    strays: comparison.strays,
    drift: comparison.drift,
    ...(comparison.adoption !== undefined && { adoption: comparison.adoption }),
  });
}

function permitted(request: Permissions): Overrides {
  return Object.fromEntries(permissionNames.map((name) => [name, request[name] === true])) as Overrides;
}

/**
 * The fast path: git says what differs between the applied commit and the new one, and only those znodes are read. A push
 * costs what it changes and not what the tree holds. Whatever makes git's answer insufficient gives `undefined`, and the
 * full path is taken: no deployment yet, a run that died half-way, a changed mapping, a commit that git no longer has.
 */
async function observeFast(input: PlanInput): Promise<Observation | undefined> {
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
