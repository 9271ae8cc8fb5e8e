/**
 * The main job, from a request to a deployment record: take the lock, find the commit, make the plan, apply it under the
 * fence. Ends `applied`, `unchanged` or `refused`; everything else is thrown. When it throws, what has landed stays, the
 * state says `applying`, and the next run goes on from there.
 */
import { acquireLock } from '../lock/acquire.ts';
import { ensureZnodes } from '../zookeeper/ensure-znodes.ts';
import type { SyncRequest } from '../model/deployment.ts';
import type { Environment } from '../model/environment.ts';
import { statePaths } from '../state/paths.ts';
import type { RunOptions, SyncReport } from './contract.ts';
import { holderOf } from './holder-of.ts';
import type { OpenRun } from './open-run.ts';
import { openTogether } from './open-together.ts';
import { withSignal } from './plan-input.ts';
import { syncUnderLock } from './sync-under-lock.ts';

const defaultLockTimeoutMs = 60_000;

export async function syncEnvironment(
  environment: Environment,
  request: SyncRequest,
  open: OpenRun,
  options: RunOptions,
): Promise<SyncReport> {
  const started = Date.now();
  const { signal, onProgress } = options;
  onProgress?.({ phase: 'connect', done: 0, total: 0 });
  const paths = statePaths(environment);
  const opening = [open.channel(signal), open.repository(signal), open.session(signal)] as const;
  const [channel, repository, session] = await openTogether(...opening);
  try {
    await ensureZnodes(channel, [paths.state, paths.lock, paths.history, paths.members]);
    const asked = performance.now();
    const lock = await acquireLock({
      session,
      channel,
      directory: paths.lock,
      holder: holderOf(request),
      timeoutMs: options.lockTimeoutMs ?? defaultLockTimeoutMs,
      onWaiting: ({ predecessor, waiters }) =>
        onProgress?.({ phase: 'lock', done: 0, total: waiters, detail: predecessor?.who ?? 'somebody' }),
      ...withSignal(signal),
    }).finally(() => options.onLockWait?.(Math.round(performance.now() - asked)));
    try {
      return await syncUnderLock({ environment, request, open, options, channel, repository, lock, started });
    } finally {
      await lock.release();
    }
  } finally {
    // The session last: with it goes whatever is left of the lock.
    await Promise.all([channel.close(), repository.close()]);
    await session.close();
  }
}
