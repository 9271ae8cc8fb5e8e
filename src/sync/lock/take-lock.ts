import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import { withSignal } from '../../base/with-signal.ts';
import type { Environment } from '../../model/environment.ts';
import type { Holder } from '../../model/holder.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Session } from '../../model/ports/session.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { Reason, SyncRequest } from '../../model/sync/sync-request.ts';
import { statePaths } from '../../state/state-paths.ts';
import { ensureZnodes } from '../../zookeeper/tree/ensure-znodes.ts';
import { acquireLock } from './acquire-lock.ts';
import type { Lock } from './lock.ts';

const defaultLockTimeoutMs = 60_000;

/**
 * The environment's lock, in whose bookkeeping there is then a place for everything that a run writes.
 *
 * @param onBehind somebody else is before us
 */
export async function takeLock(
  environment: Environment,
  holder: Holder,
  { channel, session }: { readonly channel: Channel; readonly session: Session },
  { signal, lockTimeoutMs = defaultLockTimeoutMs, onProgress, onLockWait }: RunOptions,
  onBehind?: () => void,
): Promise<Lock> {
  const paths = statePaths(environment);
  await ensureZnodes(channel, [paths.state, paths.lock, paths.history, paths.members]);
  const asked = performance.now();
  return await acquireLock({
    session,
    channel,
    directory: paths.lock,
    holder,
    timeoutMs: lockTimeoutMs,
    onWaiting({ predecessor, waiters }) {
      onBehind?.();
      onProgress?.({ phase: 'lock', done: 0, total: waiters, detail: predecessor?.who ?? 'somebody' });
    },
    ...withSignal(signal),
  }).finally(() => onLockWait?.(Math.round(performance.now() - asked)));
}

/** What this run says of itself in its lock node. Short: it travels in every transaction. */
export function holderOf(
  request: Pick<SyncRequest, 'actor'> & { readonly reason: Reason | 'hold' | 'resume' },
): Holder {
  const guid = randomUUID();
  return {
    guid,
    who: request.actor.slice(0, 100),
    host: hostname().slice(0, 64),
    pid: process.pid,
    since: new Date().toISOString(),
    run: `${request.reason}-${guid.slice(0, 8)}`,
  };
}

/**
 * Reports the end of the lock's session as what it means for the run. Whether the session's end is noticed here first or
 * the fence's refusal arrives first is chance, and must not decide what an operator reads.
 */
function asLockLost(error: unknown, lock: Lock): unknown {
  if (!lock.lost.aborted || !isEnclosureError(error, 'zookeeper-session-expired')) return error;
  return new EnclosureError('lock-lost', 'the lock was lost with its session', {
    where: lock.node,
    ...(error.details.found !== undefined && { found: error.details.found }),
    next: 'What has landed stays, and the next run goes on from there. Run it again.',
    cause: error,
  });
}

export interface HeldLock {
  readonly lock: Lock;
  /** Fires when the run is to stop: because the caller says so, or because the lock is lost. */
  readonly signal: AbortSignal;
}

/**
 * Acts while holding an environment's lock, and releases it whatever happens. Fails as `takeLock` and `act` do; with
 * `lock-lost` where the session ended meanwhile.
 *
 * @param onBehind called when somebody else is before us in the queue
 */
export async function withLock<T>(
  environment: Environment,
  holder: Holder,
  plane: { readonly channel: Channel; readonly session: Session },
  options: RunOptions,
  act: (held: HeldLock) => Promise<T>,
  onBehind?: () => void,
): Promise<T> {
  const lock = await takeLock(environment, holder, plane, options, onBehind);
  const signal = options.signal === undefined ? lock.lost : AbortSignal.any([options.signal, lock.lost]);
  try {
    return await act({ lock, signal });
  } catch (error) {
    throw asLockLost(error, lock);
  } finally {
    await lock.release();
  }
}
