/** What no emulator does: batches that are taken in part, throttling, silence. */
import { expect, onTestFinished, test } from 'vitest';
import { createAwsClient } from '../../../../../src/aws/aws-client.ts';
import { environmentCredentials } from '../../../../../src/aws/credentials-source.ts';
import { SqsQueue } from '../../../../../src/intake/queue/sqs/sqs-queue.ts';
import { sqsRetry } from '../../../../../src/intake/queue/sqs/sqs-retry.ts';
import type { SyncRequest } from '../../../../../src/model/sync/sync-request.ts';
import {
  type AwsCall,
  awsError,
  type StandInAnswer,
  startAwsStandIn,
} from '../../../../../harness/aws-stand-in.ts';

interface Entry {
  readonly Id: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

const request = (environment: string, ref = 'r'): SyncRequest => ({
  environment,
  reason: 'push',
  actor: 'alice',
  time: 'now',
  ref,
});
const entriesOf = (call: AwsCall | undefined): Entry[] => (call?.parameters['Entries'] ?? []) as Entry[];
const groupsOf = (call: AwsCall | undefined): string[] =>
  entriesOf(call).map((entry) => entry.MessageGroupId);

/** SQS that takes the entries for which `takes` says so. */
async function queueOn(answer: (call: AwsCall) => StandInAnswer) {
  const standIn = await startAwsStandIn(answer);
  onTestFinished(() => standIn.stop());
  const aws = createAwsClient({
    region: 'eu-central-1',
    endpoints: { sqs: standIn.endpoint },
    credentials: environmentCredentials({ accessKeyId: 'a', secretAccessKey: 'b' }),
    attempts: 2,
    attemptMs: 200,
  });
  const queueUrl = `${standIn.endpoint}/1/q.fifo`;
  return { calls: standIn.calls, queue: new SqsQueue({ queueUrl, aws }), retry: sqsRetry({ queueUrl, aws }) };
}

function taking(takes: (entry: Entry) => boolean): (call: AwsCall) => StandInAnswer {
  return (call) => ({
    body: {
      Successful: entriesOf(call)
        .filter(takes)
        .map(({ Id }) => ({ Id })),
      Failed: entriesOf(call)
        .filter((entry) => !takes(entry))
        .map(({ Id }) => ({ Id, Code: 'InternalError' })),
    },
  });
}

test('F54: what SQS did not take of a batch is sent once more, alone and with the same deduplication id', async () => {
  let refusals = 1;
  const { queue, calls } = await queueOn(
    taking(({ MessageGroupId }) => MessageGroupId !== 'b' || (refusals -= 1) < 0),
  );
  await queue.send([request('a'), request('b'), request('c')]);
  expect(calls.map(groupsOf)).toEqual([['a', 'b', 'c'], ['b']]);
  expect(entriesOf(calls[1])[0]).toEqual(entriesOf(calls[0])[1]);
});

test('F54: what SQS does not take the second time either is refused by name', async () => {
  const { queue, calls } = await queueOn(taking(({ MessageGroupId }) => MessageGroupId === 'a'));
  await expect(queue.send([request('a'), request('b')])).rejects.toMatchObject({
    code: 'queue-refused',
    details: { found: 'it did not take the requests for b' },
  });
  expect(calls).toHaveLength(2);
});

test('F54: an answer that names nothing as taken counts as a refusal', async () => {
  const { queue } = await queueOn(() => ({ body: {} }));
  await expect(queue.send([request('a')])).rejects.toMatchObject({ code: 'queue-refused' });
});

test.each([
  ['denies', awsError('AccessDeniedException', 403), 'the error AccessDeniedException of SQS', 1],
  ['throttles', awsError('ThrottlingException'), 'ThrottlingException', 2],
  ['is silent', 'silence', 'no answer in time', 2],
  ['hangs up', 'cut', expect.any(String), 2],
] as const)('F54: fails with queue-refused when SQS %s', async (_, answer, found, attempts) => {
  const { queue, calls } = await queueOn(() => answer);
  await expect(queue.send([request('a')])).rejects.toMatchObject({
    code: 'queue-refused',
    retryable: true,
    details: { found },
  });
  expect(calls).toHaveLength(attempts);
});

test('F54: a message larger than SQS takes is refused before anything is sent', async () => {
  const { queue, calls } = await queueOn(taking(() => true));
  await expect(queue.send([request('a', 'x'.repeat(300_000))])).rejects.toThrow('262144 bytes');
  expect(calls).toEqual([]);
});

test('F53: the same request sent twice has two deduplication ids, and a quick A-B-A stays three', async () => {
  const { queue, calls } = await queueOn(taking(() => true));
  for (const ref of ['A', 'B', 'A']) await queue.send([request('a', ref)]);
  const ids = calls.flatMap(entriesOf).map((entry) => entry.MessageDeduplicationId);
  expect(new Set(ids).size).toBe(3);
});

test('the caller may end a send that waits', async () => {
  const { queue } = await queueOn(() => 'silence');
  await expect(queue.send([request('a')], AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
});

test('a failed message comes back the later the more often it failed', async () => {
  const { retry, calls } = await queueOn(() => ({}));
  const messages = [1, 3, 20].map((attempts) => ({ receiptHandle: `r${attempts}`, attempts }));
  expect(await retry(messages)).toBeUndefined();
  expect(calls[0]?.target).toBe('AmazonSQS.ChangeMessageVisibilityBatch');
  const entries = calls[0]?.parameters['Entries'] as { ReceiptHandle: string; VisibilityTimeout: number }[];
  expect(entries.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(['r1', 'r3', 'r20']);
  const ranges = [
    [2, 5],
    [10, 20],
    [150, 300],
  ] as const;
  for (const [index, [least, most]] of ranges.entries()) {
    expect(entries[index]?.VisibilityTimeout).toBeGreaterThanOrEqual(least);
    expect(entries[index]?.VisibilityTimeout).toBeLessThanOrEqual(most);
  }
});

test('where SQS does not take that wish, the reason is returned', async () => {
  const { retry } = await queueOn(() => awsError('AccessDeniedException'));
  expect(await retry([{ receiptHandle: 'r', attempts: 1 }])).toBe('AccessDeniedException');
});
