import type { Outcome } from '../model/deployment.ts';
import type { PlanReport } from '../sync/contract.ts';
import { countsOf } from './counts-of.ts';

/**
 * `plan --json`: what `sync --json` would print, and the steps and refusals (design, section 10). `outcome` is the one
 * that sync would have; no transaction was sent.
 */
export function planJson({ plan, revision, durationMs }: PlanReport) {
  const { steps, refusals, warnings, drift, unmanaged, strays } = plan;
  return {
    environment: plan.environment,
    outcome: outcomeOf(plan),
    revision,
    commit: plan.commit,
    previousCommit: plan.previousCommit ?? null,
    counts: countsOf(plan),
    transactions: 0,
    durationMs,
    mode: plan.mode,
    znodes: plan.znodes,
    steps: steps.map(({ action, path, bytes }) => ({ action, path, bytes })),
    refusals,
    warnings,
    drift,
    unmanaged,
    strays,
  };
}

function outcomeOf({ refusals, steps, landed, previousCommit }: PlanReport['plan']): Outcome {
  if (refusals.length > 0) return 'refused';
  // Recorded although every znode is already as it should be: a first deployment, and a change that was made by hand before.
  const nothing = steps.length === 0 && landed.length === 0;
  return nothing && previousCommit !== undefined ? 'unchanged' : 'applied';
}
