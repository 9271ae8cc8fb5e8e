/** What a run says when it has ended without failing. */
import type { DeploymentRecord } from '../model/deployment-record.ts';
import type { Plan } from '../model/plan.ts';
import type { SyncReport } from '../model/sync/sync-report.ts';
import type { Outcome } from '../model/sync/sync-result.ts';
import { countSteps } from '../state/make-record.ts';
import type { StoredState } from '../state/read-state.ts';

/**
 * @param started milliseconds since 1970
 * @param record with the outcome `applied`
 */
export function reportOf(
  outcome: Outcome,
  plan: Plan,
  { state }: StoredState,
  started: number,
  record?: DeploymentRecord,
): SyncReport {
  const applied = outcome === 'applied';
  const counts = countSteps(plan);
  return {
    plan,
    result: {
      environment: plan.environment,
      outcome,
      revision: record?.revision ?? state?.revision ?? 0,
      commit: applied ? plan.commit : (state?.commit ?? null),
      previousCommit: applied ? (plan.previousCommit ?? null) : (state?.commit ?? null),
      counts: applied ? counts : { created: 0, updated: 0, deleted: 0, unchanged: counts.unchanged },
      transactions: record?.transactions ?? 0,
      durationMs: Date.now() - started,
    },
  };
}
