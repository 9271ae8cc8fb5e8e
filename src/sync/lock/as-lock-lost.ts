import type { Lock } from './lock.ts';
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';

/**
 * Reports the end of the lock's session as what it means for the run. Whether the session's end is noticed here first or
 * the fence's refusal arrives first is chance, and must not decide what an operator reads.
 */
export function asLockLost(error: unknown, lock: Lock): unknown {
  if (!lock.lost.aborted || !isEnclosureError(error, 'zookeeper-session-expired')) return error;
  return new EnclosureError('lock-lost', 'the lock was lost with its session', {
    where: lock.node,
    ...(error.details.found !== undefined && { found: error.details.found }),
    next: 'What has landed stays, and the next run goes on from there. Run it again.',
    cause: error,
  });
}
