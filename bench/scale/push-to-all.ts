/** What a push to the branch of every environment becomes: by the mapping and the queues themselves, without a server. */
import { isEnclosureError } from '../../src/base/enclosure-error.ts';
import { InProcessQueue } from '../../src/intake/queue/in-process-queue.ts';
import { sqsBatches } from '../../src/intake/queue/sqs/sqs-batches.ts';
import { mapPush } from '../../src/intake/webhook/accept-webhook.ts';
import type { Configuration } from '../../src/model/environment.ts';
import { scheduledRequest } from '../../src/model/sync/sync-request.ts';
import { quietLog } from './quiet-log.ts';

export async function measurePush(configuration: Configuration) {
  const requests = mapPush(configuration, 'config', {
    ref: 'refs/heads/main',
    branch: 'main',
    after: 'f'.repeat(40),
    actor: 'somebody',
    delivery: '00000000-0000-0000-0000-000000000000',
    time: new Date(0).toISOString(),
  } as Parameters<typeof mapPush>[2]);
  const batches = sqsBatches(requests, () => '00000000-0000-0000-0000-000000000000');
  const bodies = batches.flat().map(({ MessageBody }) => Buffer.byteLength(MessageBody));
  const reconcile = [...configuration.environments.keys()].map((name) => scheduledRequest(name, new Date(0)));
  return {
    messages: requests.length,
    sqsRequests: batches.length,
    bytes: bodies.reduce((sum, length) => sum + length, 0),
    inProcess: {
      empty: await answerOf([requests]),
      behindReconcile: await answerOf([reconcile, requests]),
    },
  };

  /** Of a queue with the defaults whose work never ends. */
  async function answerOf(sendings: readonly (typeof requests)[]): Promise<string> {
    const queue = new InProcessQueue({
      log: quietLog,
      onDead() {},
      work: (_request, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('the end'))),
        ),
    });
    try {
      for (const sent of sendings) await queue.send(sent);
      return 'takes it';
    } catch (error) {
      if (!isEnclosureError(error, 'queue-refused')) throw error;
      return `refuses it: ${String(error.details.found)}`;
    } finally {
      await queue.close(AbortSignal.abort());
    }
  }
}
