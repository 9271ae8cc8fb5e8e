/**
 * The queue of the functions: a FIFO queue of SQS whose message groups are the environments, so that SQS itself hands out
 * one environment's requests in order and one at a time. This side only sends; what works on them is the sync function.
 *
 * Fails with `queue-refused`, within a few seconds: a webhook has to be answered meanwhile. A message whose fate is not
 * known is sent again with the same deduplication id, so SQS keeps one of the two.
 */
import { randomUUID } from 'node:crypto';
import type { AwsAnswer, AwsClient } from '../../../aws/aws-client.ts';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import type { Queue } from '../../../model/ports/queue.ts';
import type { SyncRequest } from '../../../model/sync/sync-request.ts';
import { maxBatchBytes, sqsBatches, type SqsEntry } from './sqs-batches.ts';

export interface SqsQueueOptions {
  readonly queueUrl: string;
  /** Tries again by itself what may pass. */
  readonly aws: AwsClient;
}

export class SqsQueue implements Queue {
  readonly #options: SqsQueueOptions;
  #closed = false;

  constructor(options: SqsQueueOptions) {
    this.#options = options;
  }

  async send(requests: readonly SyncRequest[], signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw this.#refused('it is closed');
    for (const batch of sqsBatches(requests, randomUUID)) {
      const large = batch.find(({ MessageBody }) => Buffer.byteLength(MessageBody) > maxBatchBytes);
      if (large !== undefined) throw this.#refused(`a message of more than ${maxBatchBytes} bytes`);
      // One after the other: the next may hold a later request of the same environment.
      const left = await this.#sendBatch(batch, signal);
      const refused = left.length === 0 ? [] : await this.#sendBatch(left, signal);
      if (refused.length > 0) {
        const environments = refused.map(({ MessageGroupId }) => MessageGroupId).join(', ');
        throw this.#refused(`it did not take the requests for ${environments}`);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** Returns the entries that the queue did not take, although it took the batch. */
  async #sendBatch(entries: readonly SqsEntry[], signal?: AbortSignal): Promise<SqsEntry[]> {
    const { aws, queueUrl } = this.#options;
    const answer = await aws(
      {
        service: 'sqs',
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.SendMessageBatch',
        },
        body: JSON.stringify({ QueueUrl: queueUrl, Entries: entries }),
      },
      signal,
    );
    if (answer.kind !== 'done') throw this.#refused(reasonOf(answer));
    const taken = takenIds(answer.body);
    return entries.filter(({ Id }) => !taken.has(Id));
  }

  #refused(found: string): EnclosureError {
    return new EnclosureError('queue-refused', 'the queue does not take the request', {
      where: this.#options.queueUrl,
      found,
      next: 'Send the webhook again later; the scheduled reconcile catches up in any case.',
    });
  }
}

function reasonOf(answer: Exclude<AwsAnswer, { kind: 'done' }>): string {
  return answer.kind === 'refused' ? `the error ${answer.code} of SQS` : answer.reason;
}

/** Only what SQS says it has taken counts as taken. */
function takenIds(body: Uint8Array): Set<string> {
  const { Successful = [] } = JSON.parse(Buffer.from(body).toString('utf8')) as {
    readonly Successful?: readonly { readonly Id: string }[];
  };
  return new Set(Successful.map(({ Id }) => Id));
}
