/**
 * The main job, from a request to a deployment record: take the lock, find the commit, make the plan, apply it under the
 * fence. Ends `applied`, `unchanged`, `refused` or `held`; everything else is thrown. When it throws, what has landed stays, the
 * state says `applying`, and the next run goes on from there.
 */
import { openTogether } from '../base/open-together.ts';
import type { Environment } from '../model/environment.ts';
import type { HoldWish } from '../model/hold.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { SyncReport } from '../model/sync-report.ts';
import type { SyncRequest } from '../model/sync-request.ts';
import type { Lock } from './lock/lock.ts';
import { holderOf, takeLock } from './lock/take-lock.ts';
import { FetchAhead } from './open/fetch-ahead.ts';
import type { OpenRun } from './open/open-run.ts';
import { syncUnderLock } from './sync-under-lock.ts';

/** @param hold what to hold the environment with, once the request is applied */
export async function syncEnvironment(
  environment: Environment,
  request: SyncRequest,
  open: OpenRun,
  options: RunOptions,
  hold?: HoldWish,
): Promise<SyncReport> {
  const started = Date.now();
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'connect', done: 0, total: 0 });
  const opening = open.repository(signal).then((repository) => {
    const fetching = new FetchAhead(repository);
    return request.repair === true ? fetching : fetching.begin(environment.branch, signal);
  });
  const [fetching, channel, session] = await openTogether(
    opening,
    open.channel(signal),
    // Loading the native client stops everything else for as long as it takes: git is to be at work by then.
    opening.then(async ({ asked }) => asked).then(() => open.session(signal)),
  );
  let lock: Lock | undefined;
  try {
    lock = await takeLock(environment, holderOf(request), { channel, session }, options, () =>
      fetching.discard(),
    );
    const run = { environment, request, open, options, channel, fetching, lock, started };
    return await syncUnderLock({ ...run, ...(hold !== undefined && { hold }) });
  } finally {
    // The session last: with it goes whatever is left of the lock.
    await Promise.all([lock?.release(), channel.close(), fetching.close()]);
    await session.close();
  }
}
