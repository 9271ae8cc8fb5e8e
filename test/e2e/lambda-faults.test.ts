/** What goes wrong in the cloud, made on purpose under the packaged functions: nothing is lost, nothing happens twice. */
import { rename } from 'node:fs/promises';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { noNode22 } from '../../harness/aws-tools.ts';
import { callSqs } from '../../harness/call-sqs.ts';
import { packageFunctions, type FunctionPackage } from '../../harness/package-functions.ts';
import { startSqsEmulator, type SqsEmulator } from '../../harness/sqs-emulator.ts';
import { opcodes, startProxy } from '../../harness/tcp-proxy.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { isDeployment, largeFiles } from '../integration/sync/fault-fixture.ts';
import { createDeployment, type Deployment, type DeploymentOptions } from './deployment.ts';

describe.skipIf(noNode22 !== undefined)('the packaged functions', () => {
  let emulator: SqsEmulator;
  let functions: FunctionPackage;
  beforeAll(async () => {
    [emulator, functions] = await Promise.all([startSqsEmulator(), packageFunctions()]);
  });
  afterAll(async () => {
    await emulator.stop();
    await functions.remove();
  });

  async function deploy(options: Partial<DeploymentOptions> = {}): Promise<Deployment> {
    const made = await createDeployment({ emulator, functions: functions.directory, ...options });
    onTestFinished(() => made.remove());
    return made;
  }

  /** Delivers the push of a new commit with these files and returns the commit. */
  async function push(
    deployment: Deployment,
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<string> {
    const commit = deployment.git.commit(files);
    expect(await deployment.deliver('main', commit)).toMatchObject({ status: 202 });
    return commit;
  }

  test('take their configuration from S3', async () => {
    const bucket = `config-${Date.now()}`;
    const deployment = await deploy({
      place: async (configuration) => {
        await emulator.putObject(bucket, 'enclosure.yaml', configuration);
        return `s3://${bucket}/enclosure.yaml`;
      },
    });
    const source = deployment.startEventSource({ functions: [deployment.addSync()] });
    await push(deployment, { motd: 'from S3' });
    await source.drained();
    expect(await deployment.texts()).toEqual({ motd: 'from S3' });
  });

  test('F54: answer 503 when the queue refuses, so that GitHub shows the delivery as failed', async () => {
    const deployment = await deploy();
    const commit = deployment.git.commit({ motd: 'hello' });
    await callSqs(emulator.endpoint, 'DeleteQueue', { QueueUrl: deployment.queue.url });
    const answer = await deployment.deliver('main', commit);
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'queue-refused' } } });
  });

  test('F32: work a batch group by group: what fails goes back with what follows it, and what is no request is given up', async () => {
    const deployment = await deploy({ environments: ['production', 'staging'] });
    const sync = deployment.addSync();
    const [head, other] = ['main', 'staging'].map((branch) => deployment.git.commit({ branch }, { branch }));
    const lock = `${deployment.statePath('staging')}/lock`;
    expect(await sync.invoke({ environment: 'staging' })).toMatchObject({ response: { outcome: 'applied' } });
    deployment.git.commit({ branch: 'again' }, { branch: 'staging' });
    await deployment.client.create(`${lock}/lock-somebody-0000000000`, '{}', 'ephemeral');

    const request = { reason: 'push', actor: 'alice', time: new Date().toISOString() };
    const bodies = [
      ['production', '{"canary": "canary-5ecret"'],
      ['staging', JSON.stringify({ ...request, environment: 'staging' })],
      ['gone', JSON.stringify({ ...request, environment: 'gone' })],
      ['staging', JSON.stringify({ ...request, environment: 'staging', full: true })],
      ['production', JSON.stringify({ ...request, environment: 'production' })],
    ] as const;
    const Records = bodies.map(([group, body], index) => sqsRecord(`message-${index}`, group, body));
    expect(await sync.invoke({ Records }, { deadlineMs: 10_000 })).toEqual({
      response: { batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-3' }] },
    });
    expect(await deployment.state('production')).toMatchObject({ revision: 1, commit: head });
    expect(await deployment.state('staging')).toMatchObject({ revision: 1, commit: other });
    expect(sync.output).toContain('environment-unknown');
    expect(sync.output).toContain('lock-timeout');
    expect(sync.output).not.toContain('canary-5ecret');
  });

  test.each([
    ['nothing', null],
    ['a text', 'production'],
    ['a batch without messages', { Records: [{}] }],
    ['a key that is misspelt', { environment: 'production', allowDelete: true }],
    ['an environment that is gone', { environment: 'gone' }],
  ])('answer an event that is %s, and write nothing', async (_, event) => {
    const deployment = await deploy();
    deployment.git.commit({ motd: 'hello' });
    const sync = deployment.addSync();
    const result = await sync.invoke(event);
    expect(JSON.stringify(result)).toMatch(/usage-invalid|environment-unknown|not a batch from SQS/u);
    expect(await deployment.tree()).toEqual(new Map());
    expect(await sync.invoke({ environment: 'production' })).toMatchObject({
      response: { outcome: 'applied', revision: 1 },
    });
    expect(sync.coldStartsMs).toHaveLength(1);
  });

  test('F56: a request that keeps failing ends among the dead letters, and later commits are synced', async () => {
    const deployment = await deploy({ queue: { maxReceiveCount: 2 } });
    const sync = deployment.addSync();
    const lost = await push(deployment, { motd: 'lost' });
    const away = `${deployment.git.directory}.away`;
    await rename(deployment.git.directory, away);
    const source = deployment.startEventSource({ functions: [sync] });
    await source.drained();
    const dead = (await emulator.contents(deployment.queue.deadLetterUrl)).ready;
    expect(dead).toMatchObject([{ messageGroupId: 'production' }]);
    expect(JSON.parse(dead[0]?.body ?? '')).toMatchObject({ environment: 'production', hint: lost });
    expect(source.batches.map(({ failed }) => failed.length)).toEqual([1, 1]);
    expect(sync.output).toContain('repository-unreachable');
    expect(await deployment.state()).toBeUndefined();

    await rename(away, deployment.git.directory);
    const later = await push(deployment, { motd: 'later' });
    await source.drained();
    expect(await deployment.state()).toMatchObject({ revision: 1, commit: later });
    expect(await deployment.texts()).toEqual({ motd: 'later' });
  });

  test('F7, F55: a deadline that strikes while waiting for the lock fails the message, which is worked later, once', async () => {
    // With the visibility timeout as it is deployed: the function itself brings its message back sooner.
    const deployment = await deploy({ queue: { maxReceiveCount: 1000, visibilityTimeoutSeconds: 1800 } });
    const sync = deployment.addSync();
    const one = await push(deployment, { motd: 'one' });
    const source = deployment.startEventSource({
      functions: [sync],
      deadlineMs: 8_000,
      retry: 'after-visibility',
    });
    await source.drained();
    const lock = `${deployment.statePath()}/lock`;
    const foreign = `${lock}/lock-somebody-0000000000`;
    await deployment.client.create(foreign, '{}', 'ephemeral');

    const two = await push(deployment, { motd: 'two' });
    await waitFor('the deadline', () => source.batches.length >= 2);
    const [, stopped] = source.batches;
    expect(stopped?.result).toEqual({
      response: { batchItemFailures: [{ itemIdentifier: stopped?.records[0]?.messageId }] },
    });
    expect(await deployment.state()).toMatchObject({ revision: 1, commit: one });
    expect(await deployment.texts()).toEqual({ motd: 'one' });

    await deployment.client.delete(foreign);
    await source.drained();
    expect(await deployment.state()).toMatchObject({ revision: 2, commit: two });
    expect((await deployment.tree()).get('motd')).toMatchObject({ version: 1, data: Buffer.from('two') });
    expect([...(await deployment.client.tree(lock)).keys()]).toEqual(['']);
    expect(sync.coldStartsMs).toHaveLength(1);
  });

  test('F21, F55: a deadline that strikes while applying fails the message, and the retry goes on from there', async () => {
    const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
    onTestFinished(() => proxy.stop());
    const deployment = await deploy({ connect: proxy.connect, queue: { maxReceiveCount: 1000 } });
    const sync = deployment.addSync();
    const files = largeFiles(100, 'large');
    const commit = await push(deployment, files);
    // A slow ensemble: from the third transaction on, four take 400 ms, so a hundred do not fit into the time. When the
    // run lets go of its lock, it is as fast as before.
    let transactions = 0;
    void proxy.cutBeforeRequest((opcode, frame) => {
      if (isDeployment(opcode, frame) && (transactions += 1) === 3) proxy.delayMs = 400;
      if (opcode === opcodes.delete) proxy.delayMs = 0;
      return false;
    });
    const source = deployment.startEventSource({ functions: [sync], deadlineMs: 10_000 });
    await waitFor('the deadline', () => source.batches.length >= 1);
    const [stopped] = source.batches;
    expect(stopped?.result).toEqual({
      response: { batchItemFailures: [{ itemIdentifier: stopped?.records[0]?.messageId }] },
    });
    expect(transactions).toBeLessThan(100);

    await source.drained();
    expect(await deployment.state()).toMatchObject({ revision: 1, commit, phase: 'applied' });
    const tree = await deployment.tree();
    for (const [path, data] of Object.entries(files)) {
      expect(tree.get(path)?.data.equals(Buffer.from(data)), path).toBe(true);
    }
    expect([...tree.values()].every(({ version }) => version === 0)).toBe(true);
    expect(await deployment.history()).toHaveLength(1);
    expect(sync.coldStartsMs).toHaveLength(1);
  });

  test('F4, F55: a function that is killed while applying loses nothing: its message comes again and is finished', async () => {
    const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
    onTestFinished(() => proxy.stop());
    const deployment = await deploy({
      connect: proxy.connect,
      sessionTimeout: '2s',
      queue: { maxReceiveCount: 1000 },
    });
    const sync = deployment.addSync();
    const files = largeFiles(12, 'large');
    const commit = await push(deployment, files);
    let transactions = 0;
    void proxy.cutBeforeRequest((opcode, frame) => {
      if (isDeployment(opcode, frame) && (transactions += 1) === 3) {
        proxy.refuse();
        void sync.stop();
      }
      return false;
    });
    const source = deployment.startEventSource({ functions: [sync] });
    await waitFor('the end of the function', () => source.batches.length >= 1);
    expect(source.batches[0]?.result).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    proxy.accept();
    await source.drained();
    expect(await deployment.state()).toMatchObject({ revision: 1, commit, phase: 'applied' });
    const tree = await deployment.tree();
    expect([...tree.keys()].filter((path) => path.startsWith('large/'))).toHaveLength(12);
    expect([...tree.values()].every(({ version }) => version === 0)).toBe(true);
    expect(sync.coldStartsMs).toHaveLength(2);
  });
});

/** A message as SQS hands it to a function. */
function sqsRecord(messageId: string, group: string, body: string): SQSRecord {
  return {
    messageId,
    receiptHandle: messageId,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1700000000000',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: '1700000000000',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:enclosure.fifo',
    awsRegion: 'eu-central-1',
  };
}
