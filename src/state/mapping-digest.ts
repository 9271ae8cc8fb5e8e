import { createHash } from 'node:crypto';
import type { Environment } from '../model/environment.ts';
import type { Plan } from '../model/plan.ts';
import type { Mapping, State } from '../model/state.ts';

/** How this environment's files become znodes. */
export function mappingOf(environment: Environment): Mapping {
  return {
    directory: environment.directory,
    layout: environment.layout,
    unsupported: environment.unsupported,
  };
}

/**
 * Changes whenever the same commit would give other znodes: then what git calls the difference between two commits is
 * not the difference between the trees, and only the full path is right.
 */
export function mappingDigest(mapping: Mapping, znode: string): string {
  const text = JSON.stringify([1, mapping.directory, mapping.layout, mapping.unsupported, znode]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Nothing to write: the tree is as it should be, and state and history say so. */
export function isSettled(
  plan: Pick<Plan, 'steps' | 'landed'>,
  state: State | undefined,
  environment: Environment,
): boolean {
  return (
    plan.steps.length === 0 &&
    plan.landed.length === 0 &&
    state?.phase === 'applied' &&
    state.znode === environment.znode &&
    state.mappingDigest === mappingDigest(mappingOf(environment), environment.znode)
  );
}
