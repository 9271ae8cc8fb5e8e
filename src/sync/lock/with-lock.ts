import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { Holder } from '../../model/holder.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { Session } from '../../model/ports/session.ts';
import type { Lock } from './lock.ts';
import { asLockLost, takeLock } from './take-lock.ts';

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
