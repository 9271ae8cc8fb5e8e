import type { Permissions } from './permission-switches.ts';

/** Why a run was asked for. */
export type Reason = 'push' | 'manual' | 'schedule' | 'rollback';

/** What asks for a run. The message of the queue is exactly this: never the payload. */
export interface SyncRequest extends Permissions {
  readonly environment: string;
  readonly reason: Reason;
  /** Who: the sender of a push, the operator's user and host, `schedule`. */
  readonly actor: string;
  /** The webhook's delivery id. */
  readonly delivery?: string;
  /** When it was asked for, ISO 8601. */
  readonly time: string;
  /** The repository and ref of the push, and the commit it announced: a hint, for the log. */
  readonly repository?: string;
  readonly ref?: string;
  readonly hint?: string;
  /** A manual run may name the commit. */
  readonly commit?: string;
  readonly full?: boolean;
  /** Back to the applied commit, whatever the branch has. */
  readonly repair?: boolean;
  /** In the words of whoever asks, for the history. */
  readonly why?: string;
}

/**
 * The request of the scheduled reconcile: the full path, because it is what repairs a delivery that was lost and finds
 * a znode that was changed by hand (or only reports it, as the environment's `drift` says). Pure.
 */
export function scheduledRequest(environment: string, now: Date): SyncRequest {
  return { environment, reason: 'schedule', actor: 'schedule', time: now.toISOString(), full: true };
}
