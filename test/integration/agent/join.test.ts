/** An application joins, reads, hears of changes and leaves. */
import { expect, inject, onTestFinished, test } from 'vitest';
import { download, join, type ConfigChange } from '../../../src/agent/index.ts';
import { deployed, member, receiptOf, receiptWith } from '../../../harness/agent-fixture.ts';
import { openOfficialClient } from '../../../harness/official-client.ts';
import { waitFor } from '../../../harness/wait-for.ts';

test('test-py joins an environment, reads it, has it changed, and its callback is called once with the new data', async () => {
  const fixture = await deployed({ 'service/config.yaml': 'level: 1\n', other: 'same' }, { name: 'dev' });
  const calls: ConfigChange[] = [];
  const membership = await member(fixture, { name: 'test-py', onChange: (change) => calls.push(change) });
  expect(membership.config.yaml('service/config.yaml')).toEqual({ level: 1 });
  expect(membership.config.files()).toEqual(['other', 'service/config.yaml']);
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual(['test-py']);

  const commit = fixture.git.commit({ 'service/config.yaml': 'level: 2\n', other: 'same' });
  await fixture.sync();
  await receiptWith(fixture, 'test-py', 'that it runs revision 2', ({ revision }) => revision === 2);
  expect(calls).toHaveLength(1);
  const [change] = calls;
  expect(change).toMatchObject({ added: [], changed: ['service/config.yaml'], removed: [] });
  expect(change?.after.yaml('service/config.yaml')).toEqual({ level: 2 });
  expect(change?.before.yaml('service/config.yaml')).toEqual({ level: 1 });
  expect(membership.config).toBe(change?.after);
  expect(membership.config).toMatchObject({ revision: 2, commit, stale: false, environment: 'dev' });
});

test('the receipt says who the member is and what it runs, and is gone when the member leaves', async () => {
  const fixture = await deployed({ a: '1' });
  const membership = await member(fixture, { name: 'web-1', labels: { zone: 'b' }, data: { port: 80 } });
  const { digest, commit } = membership.config;
  expect(await receiptOf(fixture, 'web-1')).toMatchObject({
    format: 1,
    name: 'web-1',
    pid: process.pid,
    labels: { zone: 'b' },
    data: { port: 80 },
    revision: 1,
    commit,
    digest,
    status: 'applied',
    rejected: null,
    problem: null,
  });
  expect((await fixture.client.get(`${fixture.state}/members/web-1`))?.ephemeral).toBe(true);
  expect(await membership.members()).toMatchObject([
    { name: 'web-1', ephemeral: true, receipt: { revision: 1 } },
  ]);
  await membership.leave();
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual([]);
});

test('a name that ends in a dash gets a number, so that many can have it', async () => {
  const fixture = await deployed({ a: '1' });
  const names = (await Promise.all([1, 2, 3].map(() => member(fixture, { name: 'web-' })))).map(
    ({ name }) => name,
  );
  expect(new Set(names).size).toBe(3);
  for (const name of names) {
    expect(name).toMatch(/^web-\d{10}$/);
    expect((await receiptOf(fixture, name))?.name).toBe(name);
  }
});

test('a name that another session holds is waited for, and refused when that session lives on', async () => {
  const fixture = await deployed({ a: '1' });
  const holder = await openOfficialClient(inject('zookeeper'));
  onTestFinished(() => holder.close());
  const path = `${fixture.state}/members/web`;
  await holder.create(path, 'somebody', 'ephemeral');
  const refused = await member(fixture, { name: 'web', sessionTimeoutMs: 1_000, timeoutMs: 4_000 }).catch(
    (error: unknown) => error,
  );
  expect(refused).toMatchObject({ code: 'name-taken' });
  expect(String(refused)).toContain(path);

  const waiting = member(fixture, { name: 'web' });
  await holder.delete(path);
  expect((await waiting).name).toBe('web');
});

test('the changes can be iterated; a slow reader gets several revisions in one, and the end when the member leaves', async () => {
  const fixture = await deployed({ a: '1', b: '1' });
  const membership = await member(fixture);
  const changes = membership.changes();
  fixture.git.commit({ a: '2', b: '1' });
  await fixture.sync();
  const first = await changes.next();
  expect(first.value).toMatchObject({ changed: ['a'], after: { revision: 2 } });

  for (const [a, b] of [
    ['3', '1'],
    ['3', '2'],
  ] as const) {
    fixture.git.commit({ a, b, c: a });
    await fixture.sync();
  }
  await waitFor('revision 4', () => membership.config.revision === 4);
  const second = await changes.next();
  expect(second.value).toMatchObject({
    before: { revision: 2 },
    after: { revision: 4 },
    changed: ['a', 'b'],
    added: ['c'],
    removed: [],
  });
  const last = changes.next();
  await membership.leave();
  expect(await last).toEqual({ done: true, value: undefined });
});

test('a revision with the same bytes is no change, but the receipt names it', async () => {
  const fixture = await deployed({ a: '1' });
  const calls: ConfigChange[] = [];
  const membership = await member(fixture, { name: 'web', onChange: (change) => calls.push(change) });
  await fixture.client.set(`${fixture.root}/a`, 'by hand');
  await fixture.sync({ full: true });
  await receiptWith(fixture, 'web', 'that it runs revision 2', ({ revision }) => revision === 2);
  expect(membership.config).toMatchObject({ revision: 2 });
  expect(calls).toEqual([]);
});

test('what is handed out cannot be changed, and what is no JSON or YAML is said with the file', async () => {
  const fixture = await deployed({
    'a.json': '{"x":1}',
    'bad.json': '{"password": hunter2',
    'bad.yaml': 'a: [',
  });
  const { config } = await member(fixture);
  config.get('a.json')?.fill(0);
  expect(config.json('a.json')).toEqual({ x: 1 });
  expect(config.get('missing')).toBeUndefined();
  expect(config.json('missing')).toBeUndefined();
  for (const read of [() => config.json('bad.json'), () => config.yaml('bad.yaml')]) {
    expect(read).toThrowError(/bad\.(json|yaml), revision 1/);
    expect(read).toThrowError(expect.objectContaining({ code: 'configuration-invalid' }));
    expect(read).not.toThrowError(/hunter2/);
  }
});

test('download gives one revision without joining', async () => {
  const fixture = await deployed({ a: '1', 'd/b': '2' });
  const { environment: one } = fixture;
  const config = await download({
    connect: one.ensemble.connect,
    environment: one.name,
    stateRoot: one.stateRoot,
  });
  expect(config).toMatchObject({ revision: 1, stale: false });
  expect(config.text('d/b')).toBe('2');
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual([]);
});

test.each([
  [{ environment: 'a/b' }, 'usage-invalid', 'environment'],
  [{ name: '' }, 'usage-invalid', 'name'],
  [{ stateRoot: 'x' }, 'usage-invalid', 'stateRoot'],
  [{ data: 'x'.repeat(20_000) }, 'usage-invalid', '16384 bytes'],
  [{ connect: ':::' }, 'configuration-invalid', 'connect string'],
  [{ environment: 'nowhere' }, 'environment-unmanaged', '/enclosure/nowhere'],
  [{ auth: [{ scheme: 'nonsense', credentials: 'canary' }] }, 'zookeeper-auth-failed', 'auth'],
])('joining with %j fails with %s', async (options, code, says) => {
  const error = await join({
    connect: inject('zookeeper'),
    environment: 'x',
    name: 'web',
    ...options,
  }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  expect(String(error)).toContain(says);
  expect(String(error)).not.toContain('canary');
});
