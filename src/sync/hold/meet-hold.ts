/**
 * What becomes of a run that finds its environment held: it makes no plan, reads no commit and writes nothing. A rollback
 * goes on, for it is how somebody goes back further; so does a repair, which changes no commit.
 */
import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { Plan } from '../../model/plan.ts';
import type { State } from '../../model/state.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { holdUnderLock, readHold } from '../../state/read-hold.ts';
import { readState } from '../../state/read-state.ts';

/** Undefined where nothing holds the environment. To be asked by the lock's holder. */
export async function meetHold(
  channel: Channel,
  environment: Environment,
  request: SyncRequest,
  started: number,
): Promise<SyncReport | undefined> {
  if (request.reason === 'rollback' || request.repair === true) return undefined;
  const hold = holdUnderLock(await readHold(channel, environment));
  if (hold === undefined) return undefined;
  const { state } = await readState(channel, environment);
  const commit = state?.commit ?? null;
  const counts = { created: 0, updated: 0, deleted: 0, unchanged: state?.znodes ?? 0 };
  return {
    hold,
    plan: planOfNothing(environment, state),
    result: {
      environment: environment.name,
      outcome: 'held',
      revision: state?.revision ?? 0,
      commit,
      previousCommit: commit,
      counts,
      transactions: 0,
      durationMs: Date.now() - started,
    },
  };
}

function planOfNothing({ name }: Environment, state: State | undefined): Plan {
  const applied = state?.commit ?? undefined;
  return Object.freeze({
    environment: name,
    commit: applied ?? '',
    ...(applied === undefined ? {} : { previousCommit: applied }),
    mode: 'fast',
    steps: [],
    landed: [],
    refusals: [],
    warnings: [],
    unchanged: state?.znodes ?? 0,
    znodes: state?.znodes ?? 0,
    unmanaged: [],
    strays: [],
    drift: [],
  });
}
