import type { GitRepository } from '../../model/git-repository.ts';
import type { State, SyncRequest } from '../../model/deployment.ts';
import type { Environment } from '../../model/environment.ts';
import type { Plan, Refusal, Step } from '../../model/plan.ts';
import type { OnProgress } from '../../model/progress.ts';
import type { Comparison } from './comparison.ts';
import type { DraftPolicy } from './draft.ts';
import type { GuardInput } from './guard.ts';
import type { Channel } from '../../model/channel.ts';

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
  readonly descent: GuardInput['descent'];
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

/** The optional signal as the option objects take it. */
export function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
