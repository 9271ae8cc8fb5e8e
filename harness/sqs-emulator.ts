/**
 * SQS (and S3) as `fauxqs` emulates them over their real HTTP API, in a process of its own on Node 22, without any state
 * but in memory. Tests of one file may share one; queues have names of their own.
 *
 * What differs from SQS: any credentials do, and one receive call never returns two messages of one group.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireAwsTools } from './aws-tools.ts';
import { callSqs } from './call-sqs.ts';

export interface SqsEmulator {
  /** `http://127.0.0.1:port`, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly region: string;
  /** Settings for an AWS SDK client; also as environment variables. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly environment: Readonly<Record<string, string>>;
  createFifoQueue(options?: FifoQueueOptions): Promise<FifoQueue>;
  /** All messages of a queue without receiving them: those that wait and those in flight. */
  contents(url: string): Promise<QueueContents>;
  /** Makes an object in S3, and its bucket where there is none. */
  putObject(bucket: string, key: string, body: string): Promise<void>;
  stop(): Promise<void>;
}

export interface FifoQueueOptions {
  readonly visibilityTimeoutSeconds?: number;
  /** How often a message is received before it goes to the dead-letter queue. */
  readonly maxReceiveCount?: number;
  /** As of SQS; 1 KiB at least. */
  readonly maximumMessageBytes?: number;
}

export interface FifoQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
}

export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageGroupId: string;
  readonly messageDeduplicationId: string;
  readonly approximateReceiveCount: number;
}

export interface QueueContents {
  readonly ready: readonly StoredMessage[];
  readonly inFlight: readonly StoredMessage[];
}

const region = 'eu-central-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const account = '000000000000';

export async function startSqsEmulator(): Promise<SqsEmulator> {
  const { node, folder } = requireAwsTools();
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(folder, 'emulator.mjs'), region], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Its exit code says more than the pipe that breaks when it ends early.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const started = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
  const ended = exited.then(([code]: readonly unknown[]) => {
    throw new Error(`the SQS emulator ended with ${String(code)}`);
  });
  const [port] = await Promise.race([started, ended]);
  ended.catch(() => undefined); // once it runs, its end is what stop is for
  const endpoint = `http://127.0.0.1:${port}`;
  const create = async (name: string, attributes: object): Promise<string> => {
    await callSqs(endpoint, 'CreateQueue', {
      QueueName: name,
      Attributes: { FifoQueue: 'true', ...attributes },
    });
    // Not the URL that it answers with: that one has a host name which not every machine resolves.
    return `${endpoint}/${account}/${name}`;
  };
  return {
    endpoint,
    region,
    credentials,
    environment: {
      AWS_REGION: region,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async createFifoQueue({
      visibilityTimeoutSeconds = 30,
      maxReceiveCount = 3,
      maximumMessageBytes = 262_144,
    } = {}) {
      const name = `enclosure-${randomUUID().slice(0, 8)}`;
      const deadLetterUrl = await create(`${name}-dead.fifo`, {});
      const deadLetterTargetArn = `arn:aws:sqs:${region}:${account}:${name}-dead.fifo`;
      const url = await create(`${name}.fifo`, {
        VisibilityTimeout: String(visibilityTimeoutSeconds),
        MaximumMessageSize: String(maximumMessageBytes),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
      });
      return { url, deadLetterUrl };
    },
    async contents(url) {
      const name = new URL(url).pathname.split('/').at(-1) ?? '';
      const answer = await fetch(`${endpoint}/_fauxqs/queues/${name}`);
      if (!answer.ok) throw new Error(`no queue ${url}`);
      const { messages } = (await answer.json()) as {
        readonly messages: {
          readonly ready: readonly StoredMessage[];
          readonly inflight: readonly { readonly message: StoredMessage }[];
        };
      };
      return { ready: messages.ready, inFlight: messages.inflight.map(({ message }) => message) };
    },
    async putObject(bucket, key, body) {
      for (const [path, content] of [
        [bucket, ''],
        [`${bucket}/${key}`, body],
      ]) {
        const answer = await fetch(`${endpoint}/${path}`, { method: 'PUT', body: content ?? '' });
        if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
      }
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
