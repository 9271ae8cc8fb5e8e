/**
 * The functions themselves, as Lambda imports them, with the configuration in S3, the secrets in Systems Manager, the queue
 * on SQS (an emulator and a stand-in, over HTTP), real git and a real server.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { awsError, type AwsStandIn, startAwsStandIn } from '../../../harness/aws-stand-in.ts';
import { noNode22 } from '../../../harness/aws-tools.ts';
import { createGitFixture, type GitFixture } from '../../../harness/git-fixture.ts';
import { type OfficialClient, openOfficialClient } from '../../../harness/official-client.ts';
import {
  type FifoQueue,
  type SqsEmulator,
  startSqsEmulator,
  type StoredMessage,
} from '../../../harness/sqs-emulator.ts';
import { httpEvent } from '../../unit/lambda/http-event.ts';
import { pushPayload } from '../intake/webhook/push-payloads.ts';
import { deliveryHeaders, webhookSecret } from '../intake/webhook/sign.ts';

const context = (remainingMs = 60_000): Context =>
  ({
    awsRequestId: randomUUID(),
    functionName: 'enclosure',
    functionVersion: '1',
    memoryLimitInMB: '512',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:1:function:enclosure',
    getRemainingTimeInMillis: () => remainingMs,
  }) as Context;

describe.skipIf(noNode22 !== undefined)('the functions', () => {
  let emulator: SqsEmulator;
  let secrets: AwsStandIn;
  let git: GitFixture;
  let client: OfficialClient;
  const parameters = new Map<string, string>();
  beforeAll(async () => {
    [emulator, git, client, secrets] = await Promise.all([
      startSqsEmulator(),
      createGitFixture(),
      openOfficialClient(inject('zookeeper')),
      startAwsStandIn((call) => {
        const value = parameters.get(String(call.parameters['Name']));
        return value === undefined
          ? awsError('ParameterNotFound')
          : { body: { Parameter: { Value: value } } };
      }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([emulator.stop(), secrets.stop(), git.remove(), client.close()]);
  });

  let queue: FifoQueue;
  let root: string;
  let cacheDirectory: string;
  beforeEach(async () => {
    vi.resetModules(); // each test is a cold start
    queue = await emulator.createFifoQueue();
    root = `/functions-${randomUUID().slice(0, 8)}`;
    cacheDirectory = join(tmpdir(), `enclosure-functions${root.slice(1)}`);
    await emulator.putObject('configurations', `${root}/enclosure.yaml`, configuration());
    parameters.clear();
    parameters.set('/webhook/new', 'another secret').set('/webhook/old', webhookSecret);
    const variables = {
      ...emulator.environment,
      AWS_ENDPOINT_URL_SSM: secrets.endpoint,
      ENCLOSURE_CONFIG: `s3://configurations/${root}/enclosure.yaml`,
      ENCLOSURE_QUEUE_URL: queue.url,
      ENCLOSURE_CACHE_DIRECTORY: cacheDirectory,
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cacheDirectory, { recursive: true, force: true });
  });

  const configuration = (): string => `
version: 1
stateRoot: ${root}-state
allowLocalRepositories: true
ensembles: { main: { connect: ${inject('zookeeper')} } }
repositories:
  config:
    url: ${git.url}
    webhookSecret: [{ ssm: /webhook/new }, { ssm: /webhook/old }]
environments:
  production: { repository: config, branch: master, ensemble: main, znode: ${root}, maxDelete: 100% }
`;

  async function push(): Promise<{ readonly statusCode: number; readonly body: string }> {
    const { handler } = await import('../../../functions/webhook.ts');
    const body = Buffer.from(JSON.stringify(pushPayload()));
    return await handler(httpEvent(body, deliveryHeaders(body)), context());
  }

  const queued = async (): Promise<readonly StoredMessage[]> => (await emulator.contents(queue.url)).ready;

  /** Hands what waits in the queue to the sync function, as Lambda's poller does. */
  async function workQueue(): Promise<unknown> {
    const { handler } = await import('../../../functions/sync.ts');
    const records = (await queued()).map(({ messageId, body, messageGroupId }) => ({
      messageId,
      body,
      eventSource: 'aws:sqs',
      attributes: { MessageGroupId: messageGroupId, ApproximateReceiveCount: '1' },
    }));
    return await handler({ Records: records }, context());
  }

  async function texts(): Promise<Record<string, string>> {
    const tree = await client.tree(root);
    return Object.fromEntries([...tree].map(([path, { data }]) => [path, data.toString()]));
  }

  test('a push goes in at the webhook, and the znodes come out of the sync', async () => {
    git.commit({ 'app/db.json': '{"pool":7}' }, { branch: 'master' });
    expect(await push()).toMatchObject({ statusCode: 202, body: '{"queued":["production"]}\n' });
    const [message, ...others] = await queued();
    expect(others).toEqual([]);
    expect(message?.messageGroupId).toBe('production');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ environment: 'production', reason: 'push' });
    expect(await workQueue()).toEqual({ batchItemFailures: [] });
    expect(await texts()).toEqual({ '': '', app: '', 'app/db.json': '{"pool":7}' });
  });

  test('secrets are fetched once per cold start', async () => {
    const before = secrets.calls.length;
    expect((await push()).statusCode).toBe(202);
    expect((await push()).statusCode).toBe(202);
    const names = secrets.calls.slice(before).map((call) => String(call.parameters['Name']));
    expect(names).toHaveLength(2);
    expect(new Set(names)).toEqual(new Set(['/webhook/new', '/webhook/old']));
  });

  test('F53: a redelivery is queued again', async () => {
    await push();
    await push();
    expect(await queued()).toHaveLength(2);
  });

  test('F50: a parameter that is missing is answered with 500, and once it is there, the same container goes on', async () => {
    parameters.delete('/webhook/new');
    expect((await push()).statusCode).toBe(500);
    expect(await queued()).toEqual([]);
    parameters.set('/webhook/new', 'there again');
    expect((await push()).statusCode).toBe(202);
  });

  test('F54: a queue that is gone is answered with 503', async () => {
    vi.stubEnv('ENCLOSURE_QUEUE_URL', `${emulator.endpoint}/000000000000/none.fifo`);
    expect(await push()).toMatchObject({
      statusCode: 503,
      body: expect.stringContaining('queue-refused') as string,
    });
  });

  test('F57: the schedule queues a verification, which repairs a hand edit', async () => {
    git.commit({ key: 'right' }, { branch: 'master' });
    await push();
    await workQueue();
    await client.set(`${root}/key`, 'wrong');
    queue = await emulator.createFifoQueue();
    vi.stubEnv('ENCLOSURE_QUEUE_URL', queue.url);
    const { handler } = await import('../../../functions/reconcile.ts');
    expect(await handler({}, context())).toEqual({ queued: ['production'] });
    expect((await queued()).map(({ body }) => JSON.parse(body) as SyncRequest)).toMatchObject([
      { environment: 'production', reason: 'schedule', full: true },
    ]);
    expect(await workQueue()).toEqual({ batchItemFailures: [] });
    expect(await texts()).toMatchObject({ key: 'right' });
  });

  test('a re-sync by hand answers with the document of sync --json, whatever becomes of it', async () => {
    const commit = git.commit({ one: '1' }, { branch: 'master' });
    const { handler } = await import('../../../functions/sync.ts');
    expect(await handler({ environment: 'production' }, context())).toMatchObject({
      environment: 'production',
      outcome: 'applied',
      revision: 1,
      commit,
    });
    expect(await handler({ environment: 'gone' }, context())).toMatchObject({
      outcome: 'failed',
      error: { code: 'environment-unknown' },
    });
    expect(await handler('no event', context())).toMatchObject({ error: { code: 'usage-invalid' } });
    git.commit({ other: '2' }, { branch: 'master', orphan: true });
    expect(await handler({ environment: 'production' }, context())).toMatchObject({
      outcome: 'refused',
      refusals: [{ code: 'rewind' }],
    });
    expect(
      await handler({ environment: 'production', allowRewind: true, allowDeletes: true }, context()),
    ).toMatchObject({
      outcome: 'applied',
      revision: 2,
    });
  });
});
