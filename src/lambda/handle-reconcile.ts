/**
 * The reconcile function: queues the verification of every environment, so that a lost webhook costs one period at most.
 * Fails as the queue does, and is then invoked again by the schedule; what is queued twice changes nothing.
 */
import type { Configuration } from '../model/environment.ts';
import type { Log } from '../model/ports/log.ts';
import type { Queue } from '../model/ports/queue.ts';
import { scheduledRequest } from '../model/sync/sync-request.ts';

export interface ReconcileHandlerParts {
  readonly log: Log;
  readonly open: () => Promise<{
    readonly configuration: Configuration;
    readonly queue: Pick<Queue, 'send'>;
  }>;
}

export async function handleReconcile({ log, open }: ReconcileHandlerParts): Promise<{ queued: string[] }> {
  try {
    const { configuration, queue } = await open();
    const queued = [...configuration.environments.keys()];
    const now = new Date();
    await queue.send(queued.map((environment) => scheduledRequest(environment, now)));
    log.info({ queued }, 'reconcile queued');
    return { queued };
  } catch (error) {
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'reconcile failed');
    throw error;
  }
}
