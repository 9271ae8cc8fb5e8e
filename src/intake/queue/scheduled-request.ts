import type { SyncRequest } from '../../model/deployment.ts';

/**
 * The request of the scheduled reconcile: the full path, because it is what repairs a delivery that was lost and finds
 * a znode that was changed by hand (or only reports it, as the environment's `drift` says). Pure.
 */
export function scheduledRequest(environment: string, now: Date): SyncRequest {
  return { environment, reason: 'schedule', actor: 'schedule', time: now.toISOString(), full: true };
}
