/**
 * Lambda's poller, as far as the contract needs it: long polls, several at a time, hands what it receives to the code of
 * the sync function, and deletes what that does not send back. And whoever looks into the dead-letter queue.
 */
import type { AwsClient } from '../../src/aws/aws-client.ts';
import { EnclosureError } from '../../src/base/enclosure-error.ts';
import { sqsRetry } from '../../src/intake/queue/sqs/sqs-retry.ts';
import { workBatch } from '../../src/lambda/work-batch.ts';
import type { SyncRequest } from '../../src/model/sync/sync-request.ts';
import { callSqs } from '../../harness/call-sqs.ts';
import { recordingLog } from '../unit/serve/recording-log.ts';

export interface SqsWorkerOptions {
  readonly endpoint: string;
  readonly url: string;
  readonly deadLetterUrl: string;
  readonly aws: AwsClient;
  readonly work: (request: SyncRequest, signal: AbortSignal) => Promise<void>;
}

export interface SqsWorker {
  /** What was given up: by the function, or by SQS after the last attempt. */
  readonly dead: readonly SyncRequest[];
  stop(): Promise<void>;
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes: Readonly<Record<string, string>>;
}

const pollers = 3;

export function startSqsWorker(options: SqsWorkerOptions): SqsWorker {
  const { endpoint, url, deadLetterUrl, aws, work } = options;
  const stop = new AbortController();
  const dead: SyncRequest[] = [];
  const { log } = recordingLog();
  const metrics = { count: () => undefined, duration: () => undefined };
  const retry = sqsRetry({ queueUrl: url, aws, backoff: { firstDelayMs: 0, maxDelayMs: 0 } });

  const receive = async (queueUrl: string): Promise<readonly Message[]> => {
    const parameters = {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: 20,
      AttributeNames: ['All'],
    };
    const call = callSqs<{ Messages?: readonly Message[] }>(
      endpoint,
      'ReceiveMessage',
      parameters,
      stop.signal,
    );
    // Its end is an aborted poll, or a queue that a test has deleted.
    return await call.then(({ Messages = [] }) => Messages).catch(() => []);
  };
  const remove = async (queueUrl: string, { ReceiptHandle }: Message): Promise<void> =>
    void (await callSqs(endpoint, 'DeleteMessage', { QueueUrl: queueUrl, ReceiptHandle }));

  const workOn = async (message: Message): Promise<void> => {
    const attributes = {
      MessageGroupId: message.Attributes['MessageGroupId'],
      ApproximateReceiveCount: Number(message.Attributes['ApproximateReceiveCount']),
    };
    const { MessageId: messageId, ReceiptHandle: receiptHandle, Body: body } = message;
    const request = JSON.parse(body) as SyncRequest;
    const perform = async (asked: SyncRequest): Promise<void> => {
      try {
        await work(asked, stop.signal);
      } catch (error) {
        if (error instanceof EnclosureError && !error.retryable) dead.push(request);
        throw error;
      }
    };
    const parts = { work: perform, log, metrics, signal: stop.signal };
    const back = await workBatch(parts, [{ messageId, receiptHandle, body, attributes }]);
    if (back.length === 0) await remove(url, message);
    else await retry([{ receiptHandle, attempts: attributes.ApproximateReceiveCount }]);
  };
  const loop = async (queueUrl: string, take: (message: Message) => Promise<void>): Promise<void> => {
    while (!stop.signal.aborted) for (const message of await receive(queueUrl)) await take(message);
  };
  const loops = Promise.all([
    ...Array.from({ length: pollers }, () => loop(url, workOn)),
    loop(deadLetterUrl, async (message) => {
      dead.push(JSON.parse(message.Body) as SyncRequest);
      await remove(deadLetterUrl, message);
    }),
  ]);
  return {
    dead,
    async stop() {
      stop.abort();
      await loops;
    },
  };
}
