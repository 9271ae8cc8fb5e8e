/**
 * The sync function: a batch of the queue, or a request of a person who invokes it. A run that may succeed later fails its
 * message; everything else is reported and done with. A direct invocation is always answered with the document of
 * `sync --json`.
 */
import { EnclosureError } from '../base/enclosure-error.ts';
import type { Enclosure } from '../enclosure/enclosure.ts';
import type { Retry } from '../intake/queue/sqs/sqs-retry.ts';
import { runRequest } from '../intake/worker/run-request.ts';
import type { Log } from '../model/ports/log.ts';
import type { Metrics } from '../model/ports/metrics.ts';
import type { SyncReport } from '../model/sync/sync-report.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';
import { failedSyncJson, syncJson, type SyncJson } from '../report/documents/sync-json.ts';
import { invocationDeadline, type InvocationDeadline } from './invocation-deadline.ts';
import { requestOfInvocation } from './request-in-message.ts';
import { type QueueMessage, sqsEvent, workBatch } from './work-batch.ts';

export interface SyncHandlerParts {
  /** Kept by the caller; may fail, for example when the configuration is wrong. */
  readonly open: () => Promise<OpenedSync>;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface OpenedSync {
  readonly enclosure: Pick<Enclosure, 'sync'>;
  /** When failed messages come back; without it after the queue's visibility timeout. */
  readonly retry?: Retry;
}

/** Of Lambda's context, what is used. */
export interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** The messages that go back to the queue, as Lambda's poller takes them. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const longestLockWaitMs = 60_000;
const longestNotesMs = 10_000;

export async function handleSync(
  parts: SyncHandlerParts,
  event: unknown,
  invocation: Invocation,
): Promise<BatchAnswer | SyncJson> {
  const deadline = invocationDeadline(invocation.getRemainingTimeInMillis());
  // Opened as a part of the run, so that a configuration which cannot be had is reported and counted like any other failure.
  const enclosure: Pick<Enclosure, 'sync'> = {
    sync: async (request, options) => await (await parts.open()).enclosure.sync(request, options),
  };
  const run = async (request: SyncRequest): Promise<SyncReport> => {
    // A run that waited for half of the time still has the other half to work.
    const lockTimeoutMs = Math.min(longestLockWaitMs, Math.round(deadline.leftMs() / 2));
    // Notes that are late are made up for by the next run; a message that waits meanwhile is not.
    const notesTimeoutMs = Math.min(longestNotesMs, Math.round(deadline.leftMs() / 10));
    const timeouts = { lockTimeoutMs, notesTimeoutMs };
    return await runRequest({ ...parts, enclosure, ...timeouts }, request, deadline.signal);
  };
  try {
    if (typeof event === 'object' && event !== null && 'Records' in event) {
      return await answerBatch(parts, event, deadline, run);
    }
    return await answerInvocation(parts, event, invocation, run);
  } finally {
    deadline.clear();
  }
}

type Run = (request: SyncRequest) => Promise<SyncReport>;

async function answerBatch(
  parts: SyncHandlerParts,
  event: unknown,
  { signal }: InvocationDeadline,
  run: Run,
): Promise<BatchAnswer> {
  const { data } = sqsEvent.safeParse(event);
  // Without the ids of the messages there is nothing to answer with: all of them come back.
  if (data === undefined) throw new EnclosureError('usage-invalid', 'the event is not a batch from SQS');
  const work = async (request: SyncRequest): Promise<void> => void (await run(request));
  const back = await workBatch({ ...parts, work, signal }, data.Records);
  if (back.length > 0) await bringBack(parts, back);
  return { batchItemFailures: back.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function bringBack({ open, log }: SyncHandlerParts, messages: readonly QueueMessage[]): Promise<void> {
  const opened = await open().catch(() => undefined);
  const failed = messages.flatMap(({ receiptHandle, attributes }) =>
    receiptHandle === undefined ? [] : [{ receiptHandle, attempts: attributes.ApproximateReceiveCount ?? 1 }],
  );
  const reason = await opened?.retry?.(failed);
  log.warn(
    { messages: messages.length, ...(reason !== undefined && { waitsForVisibilityTimeout: reason }) },
    'failed; will be tried again',
  );
}

async function answerInvocation(
  { log }: SyncHandlerParts,
  event: unknown,
  { awsRequestId }: Invocation,
  run: Run,
): Promise<SyncJson> {
  const started = performance.now();
  let environment = '';
  try {
    const request = requestOfInvocation(event, awsRequestId);
    ({ environment } = request);
    return syncJson(await run(request));
  } catch (error) {
    const failed = failedSyncJson(environment, error, Math.round(performance.now() - started));
    log.warn({ code: failed.error.code }, 'invocation failed');
    return failed;
  }
}
