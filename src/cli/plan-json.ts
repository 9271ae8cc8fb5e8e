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

function outcomeOf({ refusals, steps, previousCommit }: PlanReport['plan']): Outcome {
  if (refusals.length > 0) return 'refused';
  // A first deployment is recorded even where every znode is already as it should be.
  return steps.length === 0 && previousCommit !== undefined ? 'unchanged' : 'applied';
}
