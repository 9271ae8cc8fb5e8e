import { acquireLock } from './acquire-lock.ts';
import type { Lock } from './lock.ts';
import type { Environment } from '../../model/environment.ts';
import type { Holder } from '../../model/holder.ts';
import { statePaths } from '../../state/state-paths.ts';
import { ensureZnodes } from '../../zookeeper/tree/ensure-znodes.ts';
import type { Channel } from '../../model/channel.ts';
import type { Session } from '../../zookeeper/session/official/open-session.ts';
import type { RunOptions } from '../../enclosure/enclosure.ts';
import { withSignal } from '../plan/plan-input.ts';

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
