import { expect, inject, test } from 'vitest';
import { ensureZnodes } from '../../../../src/zookeeper/tree/ensure-znodes.ts';
import { opcodes } from '../../../../harness/tcp-proxy.ts';
import { runScript } from '../../../../harness/run-script.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import type { Lock } from '../../../../src/sync/lock/lock.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';
import * as fixture from './fixture.ts';
import { resumeWithWrongPassword } from './wrong-password.ts';

/** Tries a fenced write that must be refused, and returns the fence's explanation. */
async function refused(channel: Channel, lock: Lock, target: string): Promise<string> {
  const before = await channel.getData(target);
  const error = await fixture.fencedWrite(channel, lock, target, 'stale').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const after = await channel.getData(target);
  expect(after?.stat.mzxid).toBe(before?.stat.mzxid);
  const explained = lock.fence.explain(error);
  expect(explained?.code).toBe('lock-lost');
  return explained?.message ?? '';
}

test('F4: a session that expires while the lock is held has its next transaction refused', async () => {
  const { between, one } = await fixture.proxiedSession(1_000);
  const channel = await fixture.channel();
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session: one, channel, directory });
  await fixture.fencedWrite(channel, lock, target, 'first');
  await fixture.fencedWrite(channel, lock, target, 'second');
  between.refuse();
  await fixture.waitUntilGone(channel, lock.node);
  expect(await refused(channel, lock, target)).toMatch(/after 2 of its transactions.*session expired/);
  await waitFor('the loss', () => lock.lost.aborted);
  expect(lock.lost.reason).toMatchObject({ code: 'zookeeper-session-expired' });
});

test('F4: somebody else who took the lock meanwhile supersedes the former holder', async () => {
  const { between, one } = await fixture.proxiedSession(1_000);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session: one, channel, directory });
  await fixture.fencedWrite(channel, lock, target, 'first');
  between.refuse();
  const next = await fixture.take({ session, channel, directory, holder: fixture.holder('bob') });
  expect(await refused(channel, lock, target)).toMatch(/after 1 of its transactions.*somebody else/);
  await fixture.fencedWrite(channel, next, target, 'from bob');
  await expect(lock.fence.landed(channel)).rejects.toThrow(/lock was lost.*held by bob/);
  await next.release();
});

test('F5: a process frozen past its expiry writes nothing when it thaws, and fails', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const frozen = await runScript(
    'frozen-holder',
    `import { acquireLock } from '../../../../src/sync/lock/acquire-lock.ts';
     import { openChannel } from '../../../../src/zookeeper/channel/open-channel.ts';
     import { openWireSession } from '../../../../src/zookeeper/session/open-wire-session.ts';
     import { fencedWrite, holder } from './fixture-write.ts';
     const to = { connect: '${inject('zookeeper')}', auth: [] };
     const session = await openWireSession({ ...to, sessionTimeoutMs: 1_000 });
     // Of the channel the server is not to lose patience: it is the fence that must refuse.
     const channel = await openChannel({ ...to, sessionTimeoutMs: 60_000 });
     const lock = await acquireLock({
       session, channel, directory: '${directory}', holder: holder('frozen'), timeoutMs: 10_000,
     });
     for (let count = 1; ; count += 1) {
       try {
         await fencedWrite(channel, lock, '${target}', 'frozen ' + count);
       } catch (error) {
         console.log('refused: ' + (lock.fence.explain(error) ?? error).message);
         process.exit(1);
       }
       console.log('wrote ' + count);
     }`,
    import.meta.dirname,
  );
  try {
    await frozen.line(/^wrote 1$/);
    frozen.signal('SIGSTOP');
    const lock = await fixture.take({ session, channel, directory, holder: fixture.holder('next') });
    await fixture.fencedWrite(channel, lock, target, 'from the next one');
    const written = await channel.getData(target);
    frozen.signal('SIGCONT');
    const { code, stdout } = await frozen.exit();
    expect(code).toBe(1);
    expect(stdout).toMatch(/refused: the lock was lost/);
    expect(await channel.getData(target)).toEqual(written);
    expect(written?.data.toString()).toBe('from the next one');
    await lock.release();
  } finally {
    await frozen.stop();
  }
});

test('F6: a lock directory that was deleted and made again does not let the former holder write', async () => {
  const { between, one } = await fixture.proxiedSession(1_000);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session: one, channel, directory });
  between.refuse();
  await fixture.waitUntilGone(channel, lock.node);
  expect(await session.delete(directory)).toBe(true);
  await ensureZnodes(channel, [directory]);
  const next = await fixture.take({ session, channel, directory, holder: fixture.holder('bob') });
  // The numbering started again: same sequence, same version of the lock directory. Only the guid differs.
  expect(next.node.slice(-10)).toBe(lock.node.slice(-10));
  expect(next.fence.peek(0, 1)[0]).toMatchObject({ version: 1 });
  expect(lock.fence.peek(0, 1)[0]).toMatchObject({ version: 1 });
  expect(await refused(channel, lock, target)).toMatch(/lock node is gone/);
  await fixture.fencedWrite(channel, next, target, 'from bob');
  expect(await refused(channel, lock, target)).toMatch(/lock was lost/);
  await next.release();
});

test('F6: a lock directory that was deleted is said to be', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  await session.delete(lock.node);
  await session.delete(directory);
  expect(await refused(channel, lock, target)).toMatch(/lock directory was deleted/);
  await expect(lock.fence.landed(channel)).rejects.toThrow(/lock directory was deleted/);
});

test('F8: a server that answers a reconnect with another session id costs the lock', async () => {
  const { between, one } = await fixture.proxiedSession(1_000);
  const channel = await fixture.channel();
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session: one, channel, directory });
  between.onReply(({ handshake, frame }) => {
    if (!handshake) return frame;
    const rewritten = Buffer.from(frame);
    rewritten.writeBigInt64BE(0x1234n, 12); // after length, protocol version and timeout
    return rewritten;
  });
  between.cut();
  await waitFor('the loss', () => lock.lost.aborted);
  await fixture.waitUntilGone(channel, lock.node);
  expect(await refused(channel, lock, target)).toMatch(/session expired/);
});

test('F12: others who try our session with a wrong password do not cost the lock', async () => {
  const [session, channel] = [await fixture.session(undefined, 3_000), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  const id = session.id;
  for (const round of ['one', 'two', 'three']) {
    await resumeWithWrongPassword(inject('zookeeper'), id);
    await session.sync(directory);
    await fixture.fencedWrite(channel, lock, target, round);
  }
  expect(session.id).toBe(id);
  expect(lock.lost.aborted).toBe(false);
  expect(await lock.release()).toBe('released');
});

test('F13: a lock node that an operator removed while held has the next transaction refused', async () => {
  const [session, operator, channel] = [
    await fixture.session(),
    await fixture.session(),
    await fixture.channel(),
  ];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  await operator.delete(lock.node);
  expect(await refused(channel, lock, target)).toMatch(/an operator removed it/);
});

test('F17: after a lost reply the lock directory tells how many transactions landed, and the fence goes on there', async () => {
  const [session, between] = [await fixture.session(), await fixture.proxy()];
  const [channel, broken] = [await fixture.channel(), await fixture.channel(between.connect)];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  await fixture.fencedWrite(broken, lock, target, 'one');
  const cut = between.cutAfterRequest((opcode) => opcode === opcodes.multi);
  await expect(fixture.fencedWrite(broken, lock, target, 'two')).rejects.toMatchObject({
    code: 'zookeeper-connection-lost',
  });
  await cut;
  expect(await lock.fence.landed(channel)).toBe(2);
  const again = await fixture.channel(between.connect);
  const cutBefore = between.cutBeforeRequest((opcode) => opcode === opcodes.multi);
  await expect(fixture.fencedWrite(again, lock, target, 'three')).rejects.toMatchObject({
    code: 'zookeeper-connection-lost',
  });
  await cutBefore;
  expect(lock.fence.opened).toBe(3);
  expect(await lock.fence.landed(channel)).toBe(2);
  expect(lock.fence.opened).toBe(2);
  await fixture.fencedWrite(channel, lock, target, 'three');
  expect((await channel.getData(target))?.data.toString()).toBe('three');
  await lock.release();
});

test('of transactions in flight together, those after a failed one are refused too', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  const outcomes = await Promise.allSettled([
    fixture.fencedWrite(channel, lock, target, 'one'),
    fixture.fencedWrite(channel, lock, `${target}/missing`, 'two'),
    fixture.fencedWrite(channel, lock, target, 'three'),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect((await channel.getData(target))?.data.toString()).toBe('one');
  expect(await lock.fence.landed(channel)).toBe(1);
  await lock.release();
});
