/** The states that a deployment writes: one when it starts, where it takes several transactions, and one when it is done. */
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import type { State, WrittenCommit } from '../model/state.ts';
import { mappingDigest, mappingOf } from './mapping-digest.ts';

/** Runs that died one after the other, each with another commit. More than these are forgotten, oldest first. */
const maxEarlier = 10;

/** @param previous what the state says now */
export function openingState(
  environment: Environment,
  plan: Plan,
  previous: State | undefined,
  revision: number,
): State {
  const own = identity(environment);
  // What was applied below another root says nothing about this one.
  const here = previous?.znode === environment.znode ? previous : undefined;
  const earlier = writtenCommits(here).filter(({ commit }) => commit !== plan.commit);
  return {
    ...own,
    // Until the end the state speaks of what was applied before, read as it was read then.
    mapping: previous?.mapping ?? own.mapping,
    mappingDigest: previous?.mappingDigest ?? own.mappingDigest,
    revision: previous?.revision ?? 0,
    commit: here?.commit ?? null,
    phase: 'applying',
    target: {
      revision,
      commit: plan.commit,
      mapping: own.mapping,
      ...(earlier.length > 0 && { earlier: earlier.slice(0, maxEarlier) }),
    },
    znodes: previous?.znodes ?? 0,
    time: new Date().toISOString(),
  };
}

export function closingState(environment: Environment, plan: Plan, revision: number, time: string): State {
  const own = identity(environment);
  return { ...own, revision, commit: plan.commit, phase: 'applied', znodes: plan.znodes, time };
}

/** The commits that runs were writing when they died, newest first: their znodes are ours as well. */
export function writtenCommits(state: State | undefined): WrittenCommit[] {
  if (state?.phase !== 'applying' || state.target === undefined) return [];
  const { commit, mapping, earlier = [] } = state.target;
  return [{ commit, mapping }, ...earlier];
}

function identity(environment: Environment) {
  const mapping = mappingOf(environment);
  return {
    format: 1,
    environment: environment.name,
    znode: environment.znode,
    repository: environment.repository.url,
    branch: environment.branch,
    mapping,
    mappingDigest: mappingDigest(mapping, environment.znode),
  } as const;
}
