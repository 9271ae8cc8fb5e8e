/**
 * The main job on AWS: the packaged functions, run as Lambda runs them, from the signed webhook to the znodes. The steps
 * of one story build on each other, as they do in production.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noNode22 } from '../../harness/aws-tools.ts';
import type { EventSource } from '../../harness/event-source.ts';
import type { LambdaFunction } from '../../harness/lambda-function.ts';
import { packageFunctions, type FunctionPackage } from '../../harness/package-functions.ts';
import { startSqsEmulator, type SqsEmulator } from '../../harness/sqs-emulator.ts';
import { webhookSecret } from '../integration/intake/webhook/sign.ts';
import { createDeployment, type Deployment } from './deployment.ts';

const files = { 'app/server.yaml': 'port: 80', 'app/limits.json': '{"rate":10}', motd: 'hello' };

describe.skipIf(noNode22 !== undefined)('the packaged functions', () => {
  let emulator: SqsEmulator;
  let functions: FunctionPackage;
  let deployment: Deployment;
  let sync: LambdaFunction;
  let source: EventSource;
  let first: string;

  beforeAll(async () => {
    [emulator, functions] = await Promise.all([startSqsEmulator(), packageFunctions()]);
    deployment = await createDeployment({ emulator, functions: functions.directory });
    sync = deployment.addSync();
    first = deployment.git.commit(files, { message: 'first load', author: 'alice' });
    source = deployment.startEventSource({ functions: [sync] });
  });
  afterAll(async () => {
    await deployment.remove();
    await emulator.stop();
    await functions.remove();
  });

  test('a signed push goes in at the webhook function, and the znodes come out of the sync function', async () => {
    const answer = await deployment.deliver('main', first, { delivery: 'one' });
    expect(answer).toEqual({ status: 202, body: { queued: ['production'] } });
    await source.drained();
    expect(await deployment.texts()).toEqual({ app: '', ...files });
    expect(await deployment.state()).toMatchObject({ revision: 1, commit: first, phase: 'applied' });
    expect(await deployment.history()).toMatchObject([
      { revision: 1, commit: first, reason: 'push', actor: 'Codertocat', delivery: 'one' },
    ]);
    expect(source.batches).toMatchObject([{ result: { response: { batchItemFailures: [] } } }]);
  });

  test('a push whose body arrives in base64 is taken the same', async () => {
    const second = deployment.git.commit({ motd: 'hello again' }, { patch: true });
    const answer = await deployment.deliver('main', second, { base64: true });
    expect(answer.status).toBe(202);
    await source.drained();
    expect(await deployment.state()).toMatchObject({ revision: 2, commit: second });
    expect(await deployment.texts()).toMatchObject({ motd: 'hello again' });
  });

  test('F53: a redelivery is worked again, and writes nothing', async () => {
    const [tree, state] = [await deployment.tree(), await deployment.client.get(deployment.statePath())];
    const batches = source.batches.length;
    expect(await deployment.deliver('main', first, { delivery: 'one' })).toMatchObject({ status: 202 });
    await source.drained();
    expect(source.batches).toHaveLength(batches + 1);
    expect(await deployment.tree()).toEqual(tree);
    expect(await deployment.client.get(deployment.statePath())).toEqual(state);
  });

  test('F50: a push that is not signed with the secret queues nothing', async () => {
    const batches = source.batches.length;
    const answer = await deployment.deliver('main', first, { signature: `sha256=${'0'.repeat(64)}` });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'webhook-unsigned' } } });
    await source.drained();
    expect(source.batches).toHaveLength(batches);
  });

  test('F54: the message names the environment and the push, and does not hold the payload', async () => {
    const [record] = source.batches[0]?.records ?? [];
    expect(JSON.parse(record?.body ?? '')).toEqual({
      environment: 'production',
      reason: 'push',
      actor: 'Codertocat',
      delivery: 'one',
      time: expect.any(String) as string,
      repository: 'config',
      ref: 'refs/heads/main',
      hint: first,
    });
    expect(record?.attributes.MessageGroupId).toBe('production');
  });

  test('a manual re-sync answers with what `sync --json` prints', async () => {
    const third = deployment.git.commit({ motd: 'by hand' }, { patch: true });
    await source.stop();
    expect(await sync.invoke({ environment: 'production' })).toEqual({
      response: {
        environment: 'production',
        outcome: 'applied',
        revision: 3,
        commit: third,
        previousCommit: expect.stringMatching(/^[0-9a-f]{40}$/u) as string,
        counts: { created: 0, updated: 1, deleted: 0, unchanged: expect.any(Number) as number },
        transactions: 1,
        durationMs: expect.any(Number) as number,
      },
    });
    expect((await deployment.history()).at(-1)).toMatchObject({ revision: 3, reason: 'manual' });
    const back = { environment: 'production', commit: first };
    expect(await sync.invoke(back)).toMatchObject({ response: { outcome: 'refused', revision: 3 } });
    expect(await sync.invoke({ ...back, allowRewind: true })).toMatchObject({
      response: { outcome: 'applied', revision: 4, commit: first },
    });
    source = deployment.startEventSource({ functions: [sync] });
  });

  test('F57: a scheduled reconcile applies what no webhook told of, and repairs a hand edit', async () => {
    const head = deployment.git.commit({ motd: 'no webhook' }, { patch: true });
    await deployment.client.set(`${deployment.root()}/app/server.yaml`, 'port: 666');
    expect(await deployment.schedule()).not.toHaveProperty('error');
    await source.drained();
    expect(await deployment.texts()).toEqual({ app: '', ...files, motd: 'no webhook' });
    expect((await deployment.history()).at(-1)).toMatchObject({ commit: head, reason: 'schedule' });

    await deployment.client.set(`${deployment.root()}/motd`, 'edited by hand');
    await deployment.schedule();
    await source.drained();
    expect(await deployment.texts()).toMatchObject({ motd: 'no webhook' });
    const tree = await deployment.tree();
    await deployment.schedule();
    await source.drained();
    expect(await deployment.tree()).toEqual(tree);
  });

  test('all of that took one cold start of each function, and left no lock and no secret behind', async () => {
    const { webhook, reconcile } = deployment;
    expect([webhook, reconcile, sync].map(({ coldStartsMs }) => coldStartsMs.length)).toEqual([1, 1, 1]);
    expect([...(await deployment.client.tree(`${deployment.statePath()}/lock`)).keys()]).toEqual(['']);
    const said = webhook.output + reconcile.output + sync.output;
    expect(said).toContain('production');
    expect(said).not.toContain(webhookSecret);
    expect(said).not.toContain('by hand');
  });
});
