/**
 * Asks for the reconcile of every environment, once at the start and then periodically: it is what repairs a webhook
 * that never came. The environments begin one after the other, and every period is shortened by a random tenth, so that
 * they neither begin nor stay together. Where the last scheduled request of an environment is still in the queue, none
 * is added. A queue that refuses is logged; the next period comes anyway.
 */
import type { Log } from '../model/ports/log.ts';
import { scheduledRequest, type SyncRequest } from '../model/sync/sync-request.ts';

export interface ReconcileParts {
  readonly environments: readonly string[];
  readonly everyMs: number;
  readonly send: (requests: readonly SyncRequest[]) => Promise<void>;
  /** What runs and waits. */
  readonly contents: () => readonly SyncRequest[];
  readonly log: Log;
}

export interface ReconcileSchedule {
  stop(): void;
}

/** At the start, environments follow each other at this distance, or closer if the period is short. */
const staggerMs = 1_000;

export function startReconcileSchedule(parts: ReconcileParts): ReconcileSchedule {
  const timers = new Map<string, NodeJS.Timeout>();
  const arm = (environment: string, delayMs: number): void => {
    const timer = setTimeout(() => {
      arm(environment, parts.everyMs * (1 - Math.random() / 10));
      void reconcile(parts, environment);
    }, delayMs);
    timers.set(environment, timer);
  };
  const distance = Math.min(staggerMs, parts.everyMs / Math.max(1, parts.environments.length));
  parts.environments.forEach((environment, index) => arm(environment, index * distance));
  return {
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

async function reconcile(parts: ReconcileParts, environment: string): Promise<void> {
  const isQueued = parts
    .contents()
    .some((request) => request.environment === environment && request.reason === 'schedule');
  if (isQueued) return;
  try {
    await parts.send([scheduledRequest(environment, new Date())]);
  } catch (error) {
    parts.log.warn(
      { environment, error: error instanceof Error ? error.message : String(error) },
      'reconcile not queued',
    );
  }
}
