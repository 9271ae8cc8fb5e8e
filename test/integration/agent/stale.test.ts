/** The last good revision, and a ZooKeeper that is away, comes back, or comes back empty. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AgentEvent, ConfigChange } from '../../../src/agent/index.ts';
import { deployed, member, proxy, receiptWith } from '../../../harness/agent-fixture.ts';
import { createEnvironment } from '../../../harness/environment-fixture.ts';
import { freePort } from '../../../harness/free-port.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { startZooKeeper } from '../../../harness/zookeeper-server.ts';

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'enclosure-kept-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

test('an application starts while ZooKeeper is away, on the last good revision, and catches up', async () => {
  const fixture = await deployed({ a: '1' });
  const cacheDirectory = await directory();
  await (await member(fixture, { cacheDirectory })).leave();
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  const way = await proxy();
  way.refuse();
  const changes: ConfigChange[] = [];
  const membership = await member(fixture, {
    name: 'web',
    connect: way.connect,
    cacheDirectory,
    timeoutMs: 1_500,
    onChange: (change) => changes.push(change),
  });
  expect(membership.config).toMatchObject({ revision: 1, stale: true });
  expect(membership.config.text('a')).toBe('1');
  way.accept();
  await receiptWith(fixture, 'web', 'that it runs revision 2', ({ revision }) => revision === 2);
  expect(membership.config).toMatchObject({ revision: 2, stale: false });
  expect(changes).toMatchObject([{ changed: ['a'] }]);
});

test('when nothing has changed meanwhile, the snapshot stops to be stale and nobody is told of a change', async () => {
  const fixture = await deployed({ a: '1' });
  const cacheDirectory = await directory();
  await (await member(fixture, { cacheDirectory })).leave();
  const way = await proxy();
  way.refuse();
  const changes: ConfigChange[] = [];
  const membership = await member(fixture, {
    connect: way.connect,
    cacheDirectory,
    timeoutMs: 1_500,
    onChange: (change) => changes.push(change),
  });
  expect(membership.config.stale).toBe(true);
  way.accept();
  await waitFor('the end of being stale', () => !membership.config.stale);
  expect(changes).toEqual([]);
});

test('without a kept revision, or with a damaged one, joining fails when the time is up and says what was in the way', async () => {
  const fixture = await deployed({ a: 'precious' });
  const cacheDirectory = await directory();
  await (await member(fixture, { cacheDirectory })).leave();
  const [file = ''] = await readdir(cacheDirectory);
  const whole = await readFile(join(cacheDirectory, file));
  const connect = `127.0.0.1:${await freePort()}`;
  const damaged = [
    whole.subarray(0, -1),
    Buffer.concat([whole, Buffer.from('x')]),
    Buffer.from(whole.toString().replace('precious', 'PRECIOUS')),
    Buffer.from(whole.toString().replace('"format":1', '"format":2')),
    Buffer.from('{}\n'),
    Buffer.alloc(0),
  ];
  for (const bytes of damaged) {
    await writeFile(join(cacheDirectory, file), bytes);
    await expect(member(fixture, { connect, cacheDirectory, timeoutMs: 600 })).rejects.toMatchObject({
      code: 'zookeeper-busy',
    });
  }
  await writeFile(join(cacheDirectory, file), whole);
  expect((await member(fixture, { connect, cacheDirectory, timeoutMs: 600 })).config.text('a')).toBe(
    'precious',
  );
});

test('F59: a server that lost everything takes nothing from a member, nor from one that starts again; a new deployment is followed', async () => {
  const server = await startZooKeeper();
  onTestFinished(() => server.stop());
  const fixture = await createEnvironment(server.connect);
  onTestFinished(() => fixture.remove());
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  const cacheDirectory = await directory();
  const events: AgentEvent[] = [];
  const changes: ConfigChange[] = [];
  const membership = await member(fixture, {
    cacheDirectory,
    name: 'web',
    onEvent: (event) => events.push(event),
    onChange: (change) => changes.push(change),
  });
  // As a server that was wiped looks: neither tree nor bookkeeping.
  const wiped = [...(await fixture.tree()).keys()].toSorted().toReversed();
  for (const path of wiped)
    await fixture.client.delete(path === '' ? fixture.root : `${fixture.root}/${path}`);
  const records = [...(await fixture.client.tree(fixture.environment.stateRoot)).keys()]
    .toSorted()
    .toReversed();
  for (const path of records) {
    await fixture.client.delete([fixture.environment.stateRoot, ...(path === '' ? [] : [path])].join('/'));
  }
  const unmanaged = (event: AgentEvent): boolean =>
    event.type === 'problem' && event.error.code === 'environment-unmanaged';
  await waitFor('the member to notice', () => events.some(unmanaged));
  expect(membership.config.text('a')).toBe('1');
  const second = await member(fixture, { cacheDirectory, name: 'second' });
  expect(second.config).toMatchObject({ stale: true, revision: 1 });

  fixture.git.commit({ a: '2', b: '1' });
  await fixture.sync();
  await waitFor('both to run it', () => [membership, second].every(({ config }) => config.text('a') === '2'));
  await waitFor('the callback', () => changes.length > 0);
  expect(changes).toMatchObject([{ changed: ['a'], removed: [] }]);
  const { commit } = membership.config;
  await receiptWith(fixture, 'web', 'that it runs it', (receipt) => receipt.commit === commit);
});

test('F59: a tree whose znodes were deleted by hand replaces no snapshot; a repair of it does', async () => {
  const fixture = await deployed({ a: '1', b: '1', c: '1' });
  const way = await proxy();
  const events: AgentEvent[] = [];
  const membership = await member(fixture, { connect: way.connect, onEvent: (event) => events.push(event) });
  await fixture.client.delete(`${fixture.root}/a`);
  way.cut();
  const incomplete = (event: AgentEvent): boolean =>
    event.type === 'problem' && event.error.code === 'tree-incomplete';
  await waitFor('the member to notice', () => events.some(incomplete));
  expect(membership.config.files()).toEqual(['a', 'b', 'c']);
  await expect(member(fixture, { timeoutMs: 500 })).rejects.toMatchObject({ code: 'tree-incomplete' });
  await fixture.sync({ full: true });
  await waitFor('the repair', () => membership.config.revision === 2);
});
