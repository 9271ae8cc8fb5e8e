/** Several processes of the built command on one environment: one at a time, and who was frozen is out. */
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import type { EnvironmentFixture } from '../../harness/environment-fixture.ts';
import { startProxy, type TcpProxy } from '../../harness/tcp-proxy.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { expectTree, largeFiles, lines, smallFiles } from '../integration/sync/fault-fixture.ts';
import { buildCommand, configurationOf, environment, type BuiltCommand } from './built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => command.remove());

async function proxy(): Promise<TcpProxy> {
  const started = await startProxy(Number(inject('zookeeper').split(':')[1]));
  onTestFinished(() => started.stop());
  return started;
}

/** Waits until a deployment has written, by the progress in the lock directory, and is not done. */
async function halfWay(fixture: EnvironmentFixture): Promise<void> {
  await waitFor('a deployment that is half-way', async () => {
    const directory = await fixture.client.get(`${fixture.state}/lock`);
    const text = directory?.data.toString() ?? '';
    if (!text.startsWith('{')) return false;
    const { done = 0, total = 0 } = JSON.parse(text) as { done?: number; total?: number };
    return done > 0 && done < total;
  });
}

test('two processes that are told to sync at the same time end applied and unchanged, with one record', async () => {
  const fixture = await environment();
  const files = smallFiles(600, 'x');
  const commit = fixture.git.commit(files);
  const configurations = [await configurationOf(fixture), await configurationOf(fixture)];
  const ended = await Promise.all(
    configurations.map((configuration) => command.start(configuration, 'sync', 'production').ended),
  );
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  expect(new Set(ended.map(({ document }) => document?.outcome))).toEqual(new Set(['applied', 'unchanged']));
  for (const { document } of ended) expect(document).toMatchObject({ revision: 1, commit });
  await expectTree(fixture, files);
  for (const { version } of (await fixture.tree()).values()) expect(version).toBe(0);
  expect(await fixture.client.tree(`${fixture.state}/history`)).toHaveProperty('size', 2);
});

test('F5: a process that is frozen beyond its session while another deploys writes nothing when it thaws', async () => {
  const fixture = await environment();
  const between = await proxy();
  between.delayMs = 150;
  const slow = await configurationOf(fixture, { connect: between.connect, sessionTimeout: '1s' });
  const direct = await configurationOf(fixture);
  const old = fixture.git.commit(largeFiles(40, 'old'));
  const frozen = command.start(slow, 'sync', 'production');
  await halfWay(fixture);
  frozen.signal('SIGSTOP');

  const files = { ...largeFiles(3, 'new'), added: 'new' };
  const head = fixture.git.commit(files);
  const second = await command.start(direct, 'sync', 'production').ended;
  expect(second).toMatchObject({ code: 0, document: { outcome: 'applied', revision: 1, commit: head } });
  await expectTree(fixture, files);
  const [tree, state] = [lines(await fixture.tree()), await fixture.client.tree(fixture.state)];

  between.delayMs = 0;
  frozen.signal('SIGCONT');
  const { code, document, stderr } = await frozen.ended;
  expect(code).toBe(1);
  expect(document).toMatchObject({ outcome: 'failed', error: { code: 'lock-lost', retryable: true } });
  expect(stderr).toContain('lock-lost');
  expect(lines(await fixture.tree())).toEqual(tree);
  expect(await fixture.client.tree(fixture.state)).toEqual(state);
  expect(JSON.stringify([...state].map(([, { data }]) => data.toString()))).not.toContain(
    `"commit":"${old}"`,
  );
});

test('a lock that is not obtained in time exits 4 and names the holder; the holder is not disturbed', async () => {
  const fixture = await environment();
  const between = await proxy();
  between.delayMs = 150;
  const files = largeFiles(40, 'x');
  fixture.git.commit(files);
  const slow = await configurationOf(fixture, { connect: between.connect });
  const holder = command.start(slow, 'sync', 'production');
  await halfWay(fixture);
  const direct = await configurationOf(fixture);
  const waiter = await command.start(direct, 'sync', 'production', '--lock-timeout', '100ms').ended;
  expect(waiter).toMatchObject({
    code: 4,
    document: { outcome: 'failed', error: { code: 'lock-timeout', retryable: true } },
  });
  expect(waiter.stderr).toContain('held by');
  between.delayMs = 0;
  expect(await holder.ended).toMatchObject({ code: 0, document: { outcome: 'applied' } });
  await expectTree(fixture, files);
  // Neither leaves anything in the queue.
  expect((await fixture.client.tree(`${fixture.state}/lock`)).size).toBe(1);
});
