/** What a sync would do, without the lock and without a write: the same steps up to the guards, by the same code. */
import { openTogether } from '../base/open-together.ts';
import type { Environment } from '../model/environment.ts';
import type { Hold } from '../model/hold.ts';
import type { Plan } from '../model/plan.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';
import { readHold, shownHold } from '../state/read-hold.ts';
import { readState } from '../state/read-state.ts';
import type { OpenRun } from '../sync/open/open-run.ts';
import { makePlan } from '../sync/plan/make-plan.ts';
import { descentOf, resolveTarget } from '../sync/target/resolve-target.ts';

export interface PlanReport {
  readonly plan: Plan;
  /** While it is there, a sync is `held` and does nothing of the plan. */
  readonly hold?: Hold;
  /** The revision that is applied now; 0 before the first deployment. */
  readonly revision: number;
  readonly durationMs: number;
}

export async function planEnvironment(
  environment: Environment,
  request: SyncRequest,
  open: OpenRun,
  options: RunOptions,
): Promise<PlanReport> {
  const started = Date.now();
  const [channel, repository] = await openTogether(
    open.channel(options.signal),
    open.repository(options.signal),
  );
  try {
    options.onProgress?.({ phase: 'fetch', done: 0, total: 0 });
    const commit = await resolveTarget(repository, environment, request, options.signal);
    const [{ state }, stored] = await Promise.all([
      readState(channel, environment),
      readHold(channel, environment),
    ]);
    const hold = shownHold(stored);
    const descent = await descentOf(repository, state?.commit, commit);
    const subject = { environment, request, repository, channel, state, commit, descent };
    const plan = await makePlan({ ...subject, ...options });
    const report = { plan, revision: state?.revision ?? 0, durationMs: Date.now() - started };
    return { ...report, ...(hold !== undefined && { hold }) };
  } finally {
    await Promise.all([channel.close(), repository.close()]);
  }
}
