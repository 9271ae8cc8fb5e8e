/**
 * The main job, from a request to a deployment record: take the lock, find the commit, make the plan, apply it under the
 * fence. Ends `applied`, `unchanged`, `refused` or `held`; everything else is thrown. When it throws, what has landed stays, the
 * state says `applying`, and the next run goes on from there.
 */
import type { SyncRequest } from '../model/deployment.ts';
import type { Environment } from '../model/environment.ts';
import type { HoldWish } from '../model/hold.ts';
import type { RunOptions, SyncReport } from './contract.ts';
import { holderOf } from './holder-of.ts';
import type { OpenRun } from './open-run.ts';
import { openTogether } from './open-together.ts';
import { syncUnderLock } from './sync-under-lock.ts';
import { takeLock } from './take-lock.ts';

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
  const opening = [open.channel(signal), open.repository(signal), open.session(signal)] as const;
  const [channel, repository, session] = await openTogether(...opening);
  try {
    const lock = await takeLock(environment, holderOf(request), { channel, session }, options);
    const run = { environment, request, open, options, channel, repository, lock, started };
    try {
      return await syncUnderLock({ ...run, ...(hold !== undefined && { hold }) });
    } finally {
      await lock.release();
    }
  } finally {
    // The session last: with it goes whatever is left of the lock.
    await Promise.all([channel.close(), repository.close()]);
    await session.close();
  }
}
