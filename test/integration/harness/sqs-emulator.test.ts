/** What the tests of the queue and of the functions take for granted of the emulator. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noNode22 } from '../../../harness/aws-tools.ts';
import { callSqs } from '../../../harness/call-sqs.ts';
import { startSqsEmulator, type SqsEmulator } from '../../../harness/sqs-emulator.ts';

interface Received {
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
}

describe.skipIf(noNode22 !== undefined)('the SQS emulator', () => {
  let emulator: SqsEmulator;
  beforeAll(async () => {
    emulator = await startSqsEmulator();
  });
  afterAll(() => emulator.stop());

  const send = (
    url: string,
    group: string,
    body: string,
    deduplication: string = randomUUID(),
  ): Promise<unknown> =>
    callSqs(emulator.endpoint, 'SendMessage', {
      QueueUrl: url,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: deduplication,
    });
  const receive = async (url: string, waitSeconds = 0): Promise<NonNullable<Received['Messages']>> => {
    const parameters = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds };
    return (await callSqs<Received>(emulator.endpoint, 'ReceiveMessage', parameters)).Messages ?? [];
  };
  const bodies = (messages: readonly { readonly Body: string }[]): string[] =>
    messages.map(({ Body }) => Body);

  test('hands out one group in order, nothing more of it while a message is in flight, and other groups meanwhile', async () => {
    const { url } = await emulator.createFifoQueue();
    for (const [group, body] of [
      ['a', 'a1'],
      ['a', 'a2'],
      ['b', 'b1'],
    ] as const) {
      await send(url, group, body);
    }
    const first = await receive(url);
    expect(bodies(first)).toEqual(['a1', 'b1']);
    expect(await receive(url)).toEqual([]);
    const done = first[0]?.ReceiptHandle;
    await callSqs(emulator.endpoint, 'DeleteMessage', { QueueUrl: url, ReceiptHandle: done });
    expect(bodies(await receive(url))).toEqual(['a2']);
  });

  test('drops a message with the deduplication id of an earlier one', async () => {
    const { url } = await emulator.createFifoQueue();
    await send(url, 'a', 'first', 'same');
    await send(url, 'a', 'second', 'same');
    expect((await emulator.contents(url)).ready.map(({ body }) => body)).toEqual(['first']);
  });

  test('hands a message out again when its visibility timeout is over, then moves it to the dead-letter queue', async () => {
    const { url, deadLetterUrl } = await emulator.createFifoQueue({
      visibilityTimeoutSeconds: 1,
      maxReceiveCount: 2,
    });
    await send(url, 'a', 'poison');
    await send(url, 'a', 'next');
    expect(bodies(await receive(url))).toEqual(['poison']);
    expect(bodies(await receive(url, 20))).toEqual(['poison']);
    expect(bodies(await receive(url, 20))).toEqual(['next']);
    expect((await emulator.contents(deadLetterUrl)).ready).toMatchObject([
      { body: 'poison', messageGroupId: 'a' },
    ]);
  });

  test('refuses a message that is larger than the queue allows', async () => {
    const { url } = await emulator.createFifoQueue({ maximumMessageBytes: 1024 });
    await expect(send(url, 'a', 'x'.repeat(1025))).rejects.toThrow(/InvalidParameterValue/u);
  });
});
