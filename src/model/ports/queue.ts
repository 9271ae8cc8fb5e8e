import type { SyncRequest } from '../sync/sync-request.ts';

/**
 * Where sync requests wait for a worker. What every implementation holds, and the contract suite checks:
 *
 * - What was sent is worked at least once, unless an equivalent request of the same environment that was sent later is.
 * - Requests of one environment are worked one at a time and in order, environments independently of each other.
 * - Nothing is ever dropped for having been seen before: a delivery that comes again is worked again (F53).
 * - A failure that may pass is tried again, a bounded number of times; then the request is given up with its reason and
 *   those behind it go on (F56). A failure that cannot pass is given up at once.
 */
export interface Queue {
  /**
   * Resolves once every request is safe with the queue. Fails with `queue-refused`, and then whoever asked must be told
   * so; some of the requests may have been taken all the same, which is harmless.
   */
  send(requests: readonly SyncRequest[], signal?: AbortSignal): Promise<void>;
  /** Takes nothing more, and resolves when nothing of this process's work is running any more. */
  close(): Promise<void>;
}
