/**
 * When a message that failed comes back. SQS alone would keep it, and with it everything else of its environment, for the
 * whole visibility timeout, which has to be six times as long as the longest run. What is said here is only a wish: where
 * it cannot be said, the message comes back later. Never fails.
 */
import type { AwsClient } from '../../../aws/aws-client.ts';
import { backoffDelay, type Backoff } from '../backoff-delay.ts';

export interface FailedMessage {
  readonly receiptHandle: string;
  /** How often it has been received. */
  readonly attempts: number;
}

export interface SqsRetryOptions {
  readonly queueUrl: string;
  readonly aws: AwsClient;
  readonly backoff?: Partial<Backoff>;
}

/** Resolves with AWS's reason when the wish could not be said, with undefined when it was. */
export type Retry = (messages: readonly FailedMessage[]) => Promise<string | undefined>;

const defaultBackoff: Backoff = { attempts: Infinity, firstDelayMs: 5_000, maxDelayMs: 300_000 };

export function sqsRetry({ queueUrl, aws, backoff }: SqsRetryOptions): Retry {
  const delays = { ...defaultBackoff, ...backoff };
  return async (messages) => {
    const entries = messages.map(({ receiptHandle, attempts }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: Math.round(backoffDelay(Math.max(1, attempts), delays, Math.random()) / 1_000),
    }));
    for (let start = 0; start < entries.length; start += 10) {
      const answer = await aws({
        service: 'sqs',
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.ChangeMessageVisibilityBatch',
        },
        body: JSON.stringify({ QueueUrl: queueUrl, Entries: entries.slice(start, start + 10) }),
      }).catch(() => ({ kind: 'unreachable', reason: 'no request could be made' }) as const);
      if (answer.kind === 'refused') return answer.code;
      if (answer.kind === 'unreachable') return answer.reason;
    }
    return undefined;
  };
}
