import type { Plan } from '../../../src/model/plan.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { Outcome } from '../../../src/model/sync/sync-result.ts';

const commit = 'c'.repeat(40);

/** What a sync of an environment reports. */
export function syncReport(
  environment: string,
  outcome: Outcome = 'applied',
  plan: Partial<Plan> = {},
): SyncReport {
  return {
    result: {
      environment,
      outcome,
      revision: 7,
      commit,
      previousCommit: null,
      counts: { created: 1, updated: 2, deleted: 3, unchanged: 4 },
      transactions: 1,
      durationMs: 12,
    },
    plan: {
      environment,
      commit,
      mode: 'fast',
      steps: [],
      landed: [],
      refusals: [],
      warnings: [],
      unchanged: 4,
      znodes: 7,
      unmanaged: [],
      strays: [],
      drift: [],
      ...plan,
    },
  };
}
