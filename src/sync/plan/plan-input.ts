import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';
import type { Descent, Plan, Refusal, Step } from '../../model/plan.ts';
import type { OnProgress } from '../../model/progress.ts';
import type { State } from '../../model/state.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import type { Comparison } from './comparison.ts';
import type { DraftPolicy } from './draft.ts';
import type { GuardInput } from './guard.ts';

/** All that a plan is made from. */
export interface PlanInput {
  readonly environment: Environment;
  readonly request: SyncRequest;
  readonly repository: GitRepository;
  readonly channel: Channel;
  readonly state: State | undefined;
  /** The commit that the plan leads to. */
  readonly commit: string;
  /** How it relates to the applied one; see `descentOf`. */
  readonly descent: Descent;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/** What was read and compared, before the guards. */
export interface Observation {
  readonly mode: Plan['mode'];
  readonly comparison: Comparison;
  /** What need not be done any more. */
  readonly landed: readonly Step[];
  readonly directory: GuardInput['directory'];
  /** What cannot be mapped to znodes. */
  readonly problems: readonly Refusal[];
  readonly warnings: readonly string[];
  readonly overlapping: readonly string[];
}

export function draftPolicy(input: PlanInput): DraftPolicy {
  const { environment, state } = input;
  return { prune: environment.prune, drift: environment.drift, settled: state?.phase === 'applied' };
}
