/** What a member reads: what changed and little more, and trees that Enclosure does not manage. */
import { expect, onTestFinished, test } from 'vitest';
import { download, type ConfigChange } from '../../../src/agent/index.ts';
import { deployed, member, proxy, receiptWith } from '../../../harness/agent-fixture.ts';
import type { TcpProxy } from '../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../harness/wait-for.ts';

/** Counts the bytes that the server sends from now on. */
function countBytes(way: TcpProxy): { bytes: number } {
  const counted = { bytes: 0 };
  way.onReply(({ frame }) => {
    counted.bytes += frame.length;
    return frame;
  });
  return counted;
}

test('of a tree of 10,000 files a change of one transfers that one and little more', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`d${index % 100}/f${index}`, `${index}`.padEnd(200, '.')]),
  );
  const fixture = await deployed(files);
  const way = await proxy();
  const first = countBytes(way);
  const membership = await member(fixture, { name: 'web', connect: way.connect });
  expect(first.bytes).toBeGreaterThan(2_000_000);

  const second = countBytes(way);
  fixture.git.commit({ 'd1/f1': 'changed', 'd2/f2': null, new: 'x' }, { patch: true });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
  expect(membership.config.text('d1/f1')).toBe('changed');
  expect(membership.config.text('d2/f2')).toBeUndefined();
  expect(membership.config.text('new')).toBe('x');
  expect(membership.config.files()).toHaveLength(10_000);
  expect(second.bytes).toBeLessThan(20_000);

  // And it is what a reading of the whole tree gives.
  const { environment } = fixture;
  const whole = await download({
    connect: environment.ensemble.connect,
    environment: environment.name,
    stateRoot: environment.stateRoot,
  });
  expect(membership.config.digest).toBe(whole.digest);
});

test('several revisions that came while the member was busy are read as one', async () => {
  const fixture = await deployed({ a: '1', b: '1', c: '1' });
  let free: () => void = () => undefined;
  const busy = new Promise<void>((resolve) => (free = resolve));
  const membership = await member(fixture, {
    name: 'web',
    onChange: async ({ after }) => {
      if (after.revision === 2) await busy;
    },
  });
  for (const files of [
    { a: '2', b: '1', c: '1' },
    { a: '2', b: '2', c: '1' },
    { a: '1', b: '2', c: '1', d: '1' },
    { a: '1', b: '2', d: '1' },
  ]) {
    fixture.git.commit(files);
    await fixture.sync();
    if (files.b === '1') await waitFor('it to be busy', () => membership.config.revision === 2);
  }
  free();
  await receiptWith(fixture, 'web', 'revision 5', ({ revision }) => revision === 5);
  expect(membership.config.files().map((path) => [path, membership.config.text(path)])).toEqual([
    ['a', '1'],
    ['b', '2'],
    ['d', '1'],
  ]);
});

test('a change that somebody had made by hand before it was committed reaches a member that had not seen it', async () => {
  const fixture = await deployed({ a: '1', b: '1' });
  const membership = await member(fixture, { name: 'web' });
  await fixture.client.set(`${fixture.root}/a`, '2');
  fixture.git.commit({ a: '2', b: '2' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
  expect([membership.config.text('a'), membership.config.text('b')]).toEqual(['2', '2']);
});

test('a moved root is read again', async () => {
  const fixture = await deployed({ a: '1' });
  const membership = await member(fixture, { name: 'web' });
  const moved = fixture.with({ znode: `${fixture.root}-moved` });
  await moved.sync(fixture.request());
  fixture.git.commit({ a: '2' });
  await moved.sync(fixture.request());
  await receiptWith(fixture, 'web', 'revision 3', ({ revision }) => revision === 3);
  expect(membership.config.text('a')).toBe('2');
});

test("other people's ephemeral znodes below the root are no configuration, foreign znodes are", async () => {
  const fixture = await deployed({ a: '1' });
  await fixture.client.create(`${fixture.root}/foreign`, 'x');
  await fixture.client.create(`${fixture.root}/alive`, 'x', 'ephemeral');
  const { config } = await member(fixture);
  expect(config.files()).toEqual(['a', 'foreign']);
});

test('a tree that Enclosure does not manage is joined by naming it, and its changes are told once it is calm', async () => {
  const fixture = await deployed({ a: '1' });
  const root = `${fixture.root}-plain`;
  const { client } = fixture;
  await client.create(root, 'of the root');
  await client.create(`${root}/a`, '1');
  const changes: ConfigChange[] = [];
  const options = { environment: 'plain', name: 'test-py', znode: root };
  const membership = await member(fixture, { ...options, onChange: (change) => changes.push(change) });
  expect(membership.config).toMatchObject({ revision: null, commit: null, environment: 'plain' });
  expect(membership.config.files()).toEqual(['', 'a']);
  await client.create(`${root}/d`, '');
  await client.create(`${root}/d/b`, '2');
  await client.set(`${root}/a`, '2');
  await waitFor(
    'all of it',
    () => membership.config.text('d/b') === '2' && membership.config.text('a') === '2',
  );
  expect(await client.children(`${fixture.environment.stateRoot}/plain/members`)).toEqual(['test-py']);
  expect(membership.config.text('')).toBe('of the root');

  await client.delete(`${root}/d/b`);
  await waitFor('the deletion', () => membership.config.get('d/b') === undefined);
  const { stateRoot, ensemble } = fixture.environment;
  const downloaded = await download({
    connect: ensemble.connect,
    stateRoot,
    environment: 'plain',
    znode: root,
  });
  expect(downloaded.digest).toBe(membership.config.digest);
});

test('once Enclosure deploys it, a plain tree is followed by its revisions', async () => {
  const fixture = await deployed({ a: '1' });
  const plain = fixture.with({ name: 'plain', znode: `${fixture.root}-plain` });
  await fixture.client.create(`${fixture.root}-plain`, '');
  await fixture.client.create(`${fixture.root}-plain/a`, '1');
  const membership = await member(fixture, {
    environment: 'plain',
    name: 'web',
    znode: `${fixture.root}-plain`,
  });
  expect(membership.config.revision).toBeNull();
  await plain.sync({ ...fixture.request(), environment: 'plain' });
  await waitFor('its first revision', () => membership.config.revision === 1);
  onTestFinished(() => membership.leave());
});

test('a plain tree that is not there is an error that says so', async () => {
  const fixture = await deployed({ a: '1' });
  await expect(
    member(fixture, { environment: 'plain', znode: `${fixture.root}-none`, timeoutMs: 500 }),
  ).rejects.toMatchObject({ code: 'environment-unmanaged' });
});
