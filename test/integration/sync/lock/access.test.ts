import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ensureZnodes } from '../../../../src/zookeeper/tree/ensure-znodes.ts';
import type { Acl } from '../../../../src/model/environment.ts';
import { openChannel } from '../../../../src/zookeeper/channel/open-channel.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';
import type { Session } from '../../../../src/model/ports/session.ts';
import { openWireSession } from '../../../../src/zookeeper/session/open-wire-session.ts';
import * as fixture from './fixture.ts';

const world = (permissions: number): Acl => ({ permissions, scheme: 'world', id: 'anyone' });
const admin: Acl = { permissions: 31, scheme: 'auth', id: '' };
const root = (): string => `/prepare-tests-${randomUUID()}`;
const auth = [{ scheme: 'digest', credentials: 'alice:secret' }];

async function asAlice(): Promise<{ session: Session; channel: Channel }> {
  const to = { connect: inject('zookeeper'), auth, sessionTimeoutMs: 30_000 };
  const [session, channel] = [await openWireSession(to), await openChannel(to)];
  onTestFinished(async () => {
    await Promise.all([session.close(), channel.close()]);
  });
  return { session, channel };
}

/** A znode with a list of its own below `/`. */
async function znodeWith(acl: readonly Acl[]): Promise<string> {
  const { session } = await asAlice();
  const path = await session.create(root(), Buffer.alloc(0));
  await session.setAcl(path, acl);
  return path;
}

test('what is missing is created with everything above it, what is there is left alone', async () => {
  const channel = await fixture.channel();
  const base = root();
  await ensureZnodes(channel, [`${base}/production/lock`, `${base}/production`]);
  const first = await channel.getData(`${base}/production`);
  expect(first?.data.toString()).toBe('');
  expect(await channel.getChildren(`${base}/production/lock`)).toEqual([]);
  await ensureZnodes(channel, [`${base}/production`]);
  expect(await channel.getData(`${base}/production`)).toEqual(first);
});

test('many runs that prepare at the same time all succeed', async () => {
  const channels = await Promise.all(Array.from({ length: 8 }, () => fixture.channel()));
  const base = root();
  const wanted = ['lock', 'history', 'members'].map((name) => `${base}/production/${name}`);
  await Promise.all(channels.map((channel) => ensureZnodes(channel, wanted)));
  const children = await channels[0]?.getChildren(`${base}/production`);
  expect(children?.toSorted()).toEqual(['history', 'lock', 'members']);
});

test('new znodes get the access control list of their nearest existing ancestor', async () => {
  const path = await znodeWith([admin, world(1)]);
  const { channel } = await asAlice();
  await ensureZnodes(channel, [`${path}/production/lock`]);
  const acl = await channel.getAcl(path);
  expect(acl?.[0]?.id).toMatch(/^alice:.{28}$/);
  expect(await channel.getAcl(`${path}/production/lock`)).toEqual(acl);
});

test('F16: a missing right to create is said with the znode and the permission, and nothing is created', async () => {
  // Only the password of a digest is hidden, so this list can be copied without the right to administer it.
  const path = await znodeWith([world(1)]);
  const channel = await fixture.channel();
  const preparing = ensureZnodes(channel, [`${path}/production/lock`]);
  await expect(preparing).rejects.toMatchObject({
    code: 'zookeeper-denied',
    retryable: false,
    details: { where: `${path}/production`, expected: `the permission 'create' on ${path}` },
  });
  expect(await channel.getChildren(path)).toEqual([]);
});

test('F16: a list whose passwords the server hides is not copied, which would lock everybody out', async () => {
  const path = await znodeWith([admin, world(7)]);
  const channel = await fixture.channel();
  const preparing = ensureZnodes(channel, [`${path}/production`]);
  await expect(preparing).rejects.toMatchObject({
    code: 'zookeeper-denied',
    details: { where: path, expected: `the permission 'admin' on ${path}` },
  });
  expect(await channel.getChildren(path)).toEqual([]);
});

test('F16: a lock directory in which no lock node may be made is said with the permission', async () => {
  const path = await znodeWith([admin, world(1)]);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  await expect(fixture.take({ session, channel, directory: path })).rejects.toMatchObject({
    code: 'zookeeper-denied',
    details: { expected: `the permission 'create' on ${path}` },
  });
});

test('F16: a lock directory that may not be written is said with the permission, and nothing is left behind', async () => {
  const path = await znodeWith([admin, world(1 | 4 | 8)]);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  await expect(fixture.take({ session, channel, directory: path })).rejects.toMatchObject({
    code: 'zookeeper-denied',
    details: { where: path, expected: `the permission 'write' on ${path}` },
  });
  expect(await channel.getChildren(path)).toEqual([]);
});

test('a chroot that does not exist is said to be missing', async () => {
  const channel = await fixture.channel(`${inject('zookeeper')}/no-such-chroot`);
  await expect(ensureZnodes(channel, ['/production'])).rejects.toThrow(/chroot does not exist/);
});

test("below a closed lock directory the lock node gets the directory's list, so that nobody can take our rights to it", async () => {
  const path = await znodeWith([admin]);
  const { session, channel } = await asAlice();
  const lock = await fixture.take({ session, channel, directory: path });
  expect(await channel.getAcl(lock.node)).toEqual(await channel.getAcl(path));
  const stranger = await fixture.session();
  await expect(stranger.getData(lock.node)).rejects.toMatchObject({ code: 'zookeeper-denied' });
  await expect(stranger.delete(lock.node)).rejects.toMatchObject({ code: 'zookeeper-denied' });
  await lock.release();
});
