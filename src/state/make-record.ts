import type { Change, CommitSummary, DeploymentRecord } from '../model/deployment-record.ts';
import type { Counts, Plan, Step } from '../model/plan.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';

/**
 * A record travels in the same request as the last change, and 500 of them stay in the server's memory: its lists are
 * bounded in bytes, and it says how much was left out.
 */
const maxChangeBytes = 48 * 1024;
const maxSubjectLength = 120;

export interface DeploymentFacts {
  readonly request: SyncRequest;
  readonly plan: Plan;
  readonly revision: number;
  readonly commits: { readonly commits: readonly CommitSummary[]; readonly cut: number };
  readonly started: string;
  readonly ended: string;
  readonly transactions: number;
}

export function makeRecord(facts: DeploymentFacts): DeploymentRecord {
  const { request, plan } = facts;
  const { landed } = plan;
  const steps = [...landed, ...plan.steps];
  const changes = boundedChanges(steps);
  const kept = landed.filter(({ action }) => action !== 'delete').length;
  return {
    format: 1,
    environment: plan.environment,
    revision: facts.revision,
    commit: plan.commit,
    previousCommit: plan.previousCommit ?? null,
    commits: facts.commits.commits.map((commit) => ({
      ...commit,
      subject: commit.subject.slice(0, maxSubjectLength),
    })),
    commitsCut: facts.commits.cut,
    reason: request.reason,
    actor: request.actor,
    delivery: request.delivery ?? null,
    started: facts.started,
    ended: facts.ended,
    counts: countSteps({ steps, unchanged: plan.unchanged - kept }),
    transactions: facts.transactions,
    mode: plan.mode,
    changes,
    changesCut: steps.length - changes.length,
    ...(request.why !== undefined && { message: request.why }),
  };
}

export function countSteps(plan: Pick<Plan, 'steps' | 'unchanged'>): Counts {
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: plan.unchanged };
  for (const step of plan.steps) counts[outcomeOf[step.action]] += 1;
  return counts;
}

const outcomeOf = { create: 'created', update: 'updated', delete: 'deleted' } as const;

function boundedChanges(steps: readonly Step[]): Change[] {
  const changes: Change[] = [];
  let bytes = 0;
  for (const step of steps) {
    bytes += Buffer.byteLength(step.path) + 160;
    if (bytes > maxChangeBytes) break;
    changes.push({
      path: step.path,
      action: step.action,
      before: step.action === 'create' ? null : step.previous,
      after: step.action === 'delete' ? null : step.content,
    });
  }
  return changes;
}
