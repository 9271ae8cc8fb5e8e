/**
 * The contract on SQS, as an emulator has it over its real HTTP API. What works is what works in the sync function: a
 * poller stands in for Lambda's, and hands each message to the same code.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { createAwsClient } from '../../src/aws/aws-client.ts';
import { environmentCredentials } from '../../src/aws/credentials-source.ts';
import { SqsQueue } from '../../src/intake/queue/sqs/sqs-queue.ts';
import { noNode22 } from '../../harness/aws-tools.ts';
import { callSqs } from '../../harness/call-sqs.ts';
import { startSqsEmulator, type SqsEmulator } from '../../harness/sqs-emulator.ts';
import { describeQueue } from './queue.ts';
import { startSqsWorker } from './sqs-worker.ts';

describe.skipIf(noNode22 !== undefined)('SQS', () => {
  let emulator: SqsEmulator;
  beforeAll(async () => {
    emulator = await startSqsEmulator();
  });
  afterAll(() => emulator.stop());

  describeQueue('the queue on SQS', async ({ work, attempts }) => {
    const { endpoint, region, credentials } = emulator;
    const { url, deadLetterUrl } = await emulator.createFifoQueue({ maxReceiveCount: attempts });
    const aws = createAwsClient({
      region,
      endpoints: { sqs: endpoint },
      credentials: environmentCredentials(credentials),
    });
    const queue = new SqsQueue({ queueUrl: url, aws });
    const worker = startSqsWorker({ endpoint, url, deadLetterUrl, aws, work });
    return {
      queue,
      dead: worker.dead,
      refuse: async () => {
        await worker.stop();
        await callSqs(endpoint, 'DeleteQueue', { QueueUrl: url });
      },
      async stop() {
        await queue.close();
        await worker.stop();
      },
    };
  });
});
