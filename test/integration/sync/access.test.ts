/** Rights: what may not be read or written is an error, and what is created gets the right list. */
import { expect, inject, onTestFinished, test } from 'vitest';
import type { Acl } from '../../../src/model/environment.ts';
import { openChannel } from '../../../src/zookeeper/channel/open-channel.ts';
import type { Channel } from '../../../src/model/ports/channel.ts';
import { environment, unchanged } from './fault-fixture.ts';

const all = 31;
const anyone = (permissions: number): Acl => ({ permissions, scheme: 'world', id: 'anyone' });
const local: Acl = { permissions: all, scheme: 'ip', id: '127.0.0.1' };

/** Somebody else, who may create znodes with a list of their own. */
async function somebody(): Promise<Channel> {
  const channel = await openChannel({ connect: inject('zookeeper'), auth: [], sessionTimeoutMs: 10_000 });
  onTestFinished(() => channel.close());
  return channel;
}

test('F24: a znode that may not be read is an error, never "empty", and nothing changes', async () => {
  const [fixture, channel] = [await environment(), await somebody()];
  const path = `${fixture.root}/d/closed`;
  fixture.git.commit({ a: '1', 'd/x': '1' });
  await fixture.sync();
  const before = await fixture.tree();
  // Everything but to read it; its children cannot be listed either.
  await channel.multi([
    { op: 'create', path, data: Buffer.from('x'), acl: [anyone(30)] },
    { op: 'create', path: `${path}/below`, data: Buffer.from('x'), acl: [anyone(all)] },
  ]);
  fixture.git.commit({ a: '2' });
  const failure = { code: 'zookeeper-denied', retryable: false };
  for (const options of [{ full: true }, { full: true, allowDeletes: true, adopt: true }]) {
    await expect(fixture.sync(options)).rejects.toMatchObject(failure);
    await expect(fixture.sync(options)).rejects.toThrow(path);
  }
  await expect(fixture.enclosure.verify('production')).rejects.toMatchObject(failure);
  await channel.multi([
    { op: 'delete', path: `${path}/below`, version: -1 },
    { op: 'delete', path, version: -1 },
  ]);
  expect(await fixture.tree()).toEqual(before);
});

test('F24: in fast mode a changed znode that may not be read is an error too', async () => {
  const [fixture, channel] = [await environment(), await somebody()];
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  await channel.multi([
    { op: 'delete', path: `${fixture.root}/b`, version: -1 },
    { op: 'create', path: `${fixture.root}/b`, data: Buffer.from('1'), acl: [anyone(30)] },
  ]);
  fixture.git.commit({ a: '2' });
  await expect(fixture.sync()).rejects.toMatchObject({ code: 'zookeeper-denied' });
  expect(await fixture.client.get(`${fixture.root}/a`)).toMatchObject({ version: 0 });
});

test('F31: a znode that may not be written fails the run for good, and nothing of its transaction is there', async () => {
  const [fixture, channel] = [await environment(), await somebody()];
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  await channel.multi([
    { op: 'delete', path: `${fixture.root}/b`, version: -1 },
    { op: 'create', path: `${fixture.root}/b`, data: Buffer.from('1'), acl: [anyone(1)] },
  ]);
  fixture.git.commit({ a: '2', b: '2', c: '2' });
  const state = await fixture.client.get(fixture.state);
  await unchanged(fixture, async () => {
    const failure = fixture.sync();
    await expect(failure).rejects.toMatchObject({ retryable: false });
    await expect(failure).rejects.toThrow(`${fixture.root}/b`);
  });
  expect(await fixture.client.get(fixture.state)).toEqual(state);
});

test('created znodes inherit the list of the nearest existing ancestor', async () => {
  const [fixture, channel] = [await environment(), await somebody()];
  const closed = [local, anyone(1)];
  await channel.multi([
    { op: 'create', path: fixture.root, data: Buffer.alloc(0), acl: [anyone(all)] },
    { op: 'create', path: `${fixture.root}/closed`, data: Buffer.alloc(0), acl: closed },
  ]);
  fixture.git.commit({ a: '1', 'closed/b': '1', 'closed/d/e/f': '1', 'open/g': '1' });
  await fixture.sync({ adopt: true });
  for (const path of ['closed/b', 'closed/d', 'closed/d/e', 'closed/d/e/f']) {
    expect(await channel.getAcl(`${fixture.root}/${path}`), path).toEqual(closed);
  }
  for (const path of ['a', 'open', 'open/g', 'closed']) {
    const acl = path === 'closed' ? closed : [anyone(all)];
    expect(await channel.getAcl(`${fixture.root}/${path}`), path).toEqual(acl);
  }
});

test('the ancestors of a root that is not there yet, and what is below it, inherit too', async () => {
  const [fixture, channel] = [await environment(), await somebody()];
  const closed = [local, anyone(1)];
  await channel.multi([{ op: 'create', path: fixture.root, data: Buffer.alloc(0), acl: closed }]);
  fixture.git.commit({ a: '1' });
  await fixture.with({ znode: `${fixture.root}/x/y` }).sync(fixture.request());
  for (const path of ['x', 'x/y', 'x/y/a']) {
    expect(await channel.getAcl(`${fixture.root}/${path}`), path).toEqual(closed);
  }
});

test('a configured list is what created znodes get, and updated ones keep theirs', async () => {
  const acl = [local, anyone(1)];
  const [fixture, channel] = [await environment({ acl }), await somebody()];
  await channel.multi([
    { op: 'create', path: fixture.root, data: Buffer.alloc(0), acl: [anyone(all)] },
    { op: 'create', path: `${fixture.root}/a`, data: Buffer.from('old'), acl: [anyone(all)] },
  ]);
  fixture.git.commit({ a: '1', 'd/b': '1' });
  await fixture.sync({ adopt: true });
  for (const path of ['d', 'd/b']) expect(await channel.getAcl(`${fixture.root}/${path}`), path).toEqual(acl);
  expect(await channel.getAcl(`${fixture.root}/a`)).toEqual([anyone(all)]);
});
