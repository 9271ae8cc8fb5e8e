import { countSteps } from '../../state/make-record.ts';
import type { PlanReport } from '../../verbs/plan-environment.ts';
import { adoptionJson } from './adoption-json.ts';
import { heldJson } from './held-json.ts';

/**
 * `plan --json`: what `sync --json` would print, and the steps and refusals. `outcome` is the one
 * that sync would have; no transaction was sent.
 */
export function planJson({ plan, revision, durationMs, hold }: PlanReport) {
  const { steps, refusals, warnings, drift, unmanaged, strays } = plan;
  return {
    environment: plan.environment,
    outcome: hold === undefined ? outcomeWithoutHold(plan) : ('held' as const),
    revision,
    commit: plan.commit,
    previousCommit: plan.previousCommit ?? null,
    counts: countSteps(plan),
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
    adoption: plan.adoption === undefined ? null : adoptionJson(plan.adoption),
    held: hold === undefined ? null : heldJson(hold),
  };
}

/** What the plan itself comes to, whether the environment is held or not. */
export function outcomeWithoutHold({
  refusals,
  steps,
  landed,
  previousCommit,
}: PlanReport['plan']): 'applied' | 'unchanged' | 'refused' {
  if (refusals.length > 0) return 'refused';
  // Recorded although every znode is already as it should be: a first deployment, and a change that was made by hand before.
  const nothing = steps.length === 0 && landed.length === 0;
  return nothing && previousCommit !== undefined ? 'unchanged' : 'applied';
}
