/**
 * What Lambda does between a FIFO queue and a function (an "event source mapping"): receives batches, invokes the function
 * with them, deletes what it is done with and leaves what it reports as failed. One loop a function stands for one
 * concurrent execution; that a group is never worked twice at a time is the queue's doing, as it is in SQS.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { callSqs } from './call-sqs.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { InvocationResult } from './runtime-api.ts';
import type { SqsEmulator } from './sqs-emulator.ts';
import { waitFor } from './wait-for.ts';

export interface EventSourceOptions {
  readonly emulator: SqsEmulator;
  readonly url: string;
  /** Each is one concurrent execution. */
  readonly functions: readonly Pick<LambdaFunction, 'invoke'>[];
  readonly batchSize?: number;
  /** The function's timeout. */
  readonly deadlineMs?: number;
  /**
   * When a failed message is handed out again. Lambda leaves that to the visibility timeout; `at-once` does not let a test
   * wait for it.
   */
  readonly retry?: 'at-once' | 'after-visibility';
  /** Hands a message out again although it succeeded: "at least once" is all that SQS promises. */
  readonly repeat?: (record: SQSRecord) => boolean;
  /** Lets the visibility timeout of a message be over as soon as it is received: others get it, too, and what follows it. */
  readonly overlap?: (record: SQSRecord) => boolean;
}

export interface Batch {
  readonly records: readonly SQSRecord[];
  readonly result: InvocationResult;
  /** The messages that count as failed. */
  readonly failed: readonly string[];
}

export interface EventSource {
  /** Every invocation that has ended, in the order of their ends. */
  readonly batches: readonly Batch[];
  /** Waits until the queue is empty and nothing is in flight. */
  drained(): Promise<void>;
  stop(): Promise<void>;
}

interface Received {
  readonly Messages?: readonly {
    readonly MessageId: string;
    readonly ReceiptHandle: string;
    readonly Body: string;
    readonly MD5OfBody: string;
    readonly Attributes: SQSRecord['attributes'];
  }[];
}

export function startEventSource(options: EventSourceOptions): EventSource {
  const { emulator, url, functions, batchSize = 10, deadlineMs = 60_000 } = options;
  const batches: Batch[] = [];
  const stopping = new AbortController();

  const call = <T>(action: string, parameters: object = {}): Promise<T> =>
    callSqs<T>(emulator.endpoint, action, { QueueUrl: url, ...parameters });

  async function receive(): Promise<SQSRecord[]> {
    const parameters = {
      MaxNumberOfMessages: batchSize,
      // Short, so that stopping need not throw away what the queue was just about to hand out.
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['All'],
    };
    const { Messages = [] } = await call<Received>('ReceiveMessage', parameters);
    return Messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes,
      messageAttributes: {},
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${emulator.region}:000000000000:${url.split('/').at(-1) ?? ''}`,
      awsRegion: emulator.region,
    }));
  }

  /** Does nothing for a message that is not in flight any more, or is so for another. */
  async function showAgain({ receiptHandle }: SQSRecord): Promise<void> {
    const parameters = { ReceiptHandle: receiptHandle, VisibilityTimeout: 0 };
    await call('ChangeMessageVisibility', parameters).catch((error: unknown) => {
      if (!String(error).includes('MessageNotInflight')) throw error;
    });
  }

  async function settle(record: SQSRecord, failed: boolean): Promise<void> {
    if (options.repeat?.(record) === true) await showAgain(record);
    else if (!failed) await call('DeleteMessage', { ReceiptHandle: record.receiptHandle });
    else if (options.retry !== 'after-visibility') await showAgain(record);
  }

  async function poll(execution: Pick<LambdaFunction, 'invoke'>): Promise<void> {
    while (!stopping.signal.aborted) {
      const records = await receive();
      if (records.length === 0) continue;
      for (const record of records.filter((one) => options.overlap?.(one) === true)) await showAgain(record);
      const event: SQSEvent = { Records: records };
      const result = await execution.invoke(event, { deadlineMs });
      const failed = failedOf(records, result);
      batches.push({ records, result, failed });
      // The last first: each goes back to the front of its group.
      for (const record of records.toReversed()) await settle(record, failed.includes(record.messageId));
    }
  }

  const loops = Promise.all(functions.map(poll));
  loops.catch(() => stopping.abort());
  return {
    batches,
    async drained() {
      const empty = waitFor(
        'the queue to be empty',
        async () => {
          if (stopping.signal.aborted) throw new Error('nobody works the queue');
          const { ready, inFlight } = await emulator.contents(url);
          return ready.length === 0 && inFlight.length === 0;
        },
        110_000,
      );
      // Should the loops break, their error says more than a queue that is never empty.
      await Promise.race([empty, loops.then(() => empty)]);
    },
    async stop() {
      stopping.abort();
      await loops;
    },
  };
}

/** An answer that Lambda cannot make sense of fails the whole batch, as an error does. */
function failedOf(records: readonly SQSRecord[], result: InvocationResult): string[] {
  const all = records.map(({ messageId }) => messageId);
  if ('error' in result) return all;
  const { response } = result;
  const failures = (response as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const named = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return named.every((id): id is string => typeof id === 'string' && all.includes(id)) ? named : all;
}
