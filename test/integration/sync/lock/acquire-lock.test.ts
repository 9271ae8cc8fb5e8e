import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { holderData } from '../../../../src/sync/lock/parse-holder.ts';
import { readLock } from '../../../../src/sync/lock/read-lock.ts';
import { opcodes } from '../../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { startZooKeeper } from '../../../../harness/zookeeper-server.ts';
import * as fixture from './fixture.ts';

const creates = (opcode: number): boolean => opcode === opcodes.create || opcode === opcodes.create2;
const nothing = Buffer.alloc(0);

test('a free lock is taken, held by name in the lock directory, and released', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  await fixture.fencedWrite(channel, lock, target, 'one');
  await fixture.fencedWrite(channel, lock, target, 'two');
  expect((await channel.getData(target))?.data.toString()).toBe('two');
  expect(await readLock(channel, directory)).toMatchObject({ holder: { who: 'alice', done: 0, total: 1 } });
  expect(await lock.release()).toBe('released');
  expect(await channel.getChildren(directory)).toEqual([]);
});

test('waiters get the lock in the order in which they came, one at a time', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const order: string[] = [];
  const first = await fixture.take({ session, channel, directory });
  const waiting: Promise<void>[] = [];
  for (const who of ['bob', 'carol', 'dave']) {
    const run = async (): Promise<void> => {
      const lock = await fixture.take({
        session,
        channel,
        directory,
        holder: fixture.holder(who),
        onWaiting: (ahead) => {
          order.push(`${who} behind ${ahead.predecessor?.who} of ${ahead.waiters}`);
        },
      });
      order.push(who);
      await lock.release();
    };
    waiting.push(run());
    await waitFor(`${who} in the queue`, () => order.some((line) => line.startsWith(who)));
  }
  expect(await readLock(channel, directory)).toMatchObject({
    holder: { who: 'alice' },
    waiters: [{ who: 'bob' }, { who: 'carol' }, { who: 'dave' }],
  });
  await first.release();
  await Promise.all(waiting);
  expect(order).toEqual([
    'bob behind alice of 1',
    'carol behind bob of 2',
    'dave behind carol of 3',
    'bob',
    'carol',
    'dave',
  ]);
});

test('who does not get the lock in time is told who holds it, and leaves nothing behind', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  for (const timeoutMs of [0, 100]) {
    const error = await fixture
      .take({ session, channel, directory, holder: fixture.holder('bob'), timeoutMs })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'lock-timeout', exitCode: 4, retryable: true });
    expect(String(error)).toMatch(/held by alice on test, pid \d+, since/);
    expect(await channel.getChildren(directory)).toHaveLength(1);
  }
  await lock.release();
});

test('F1: a create whose reply was lost leaves exactly one lock node, and the lock is taken', async () => {
  const { between, one } = await fixture.proxiedSession(3_000);
  const channel = await fixture.channel();
  const { directory } = await fixture.lockDirectory(channel);
  const cut = between.cutAfterRequest(creates);
  const lock = await fixture.take({ session: one, channel, directory });
  await cut;
  expect(await channel.getChildren(directory)).toHaveLength(1);
  await lock.release();
});

test('F2: after a lost create reply a node of an earlier session is not adopted, whatever its guid', async () => {
  const { between, one } = await fixture.proxiedSession(3_000);
  const [former, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const me = fixture.holder('alice');
  const kind = { ephemeral: true, sequential: true };
  await former.create(`${directory}/lock-${me.guid}-`, holderData(me), kind);
  const cut = between.cutAfterRequest(creates);
  let waited = 0;
  const taking = fixture.take({
    session: one,
    channel,
    directory,
    holder: me,
    onWaiting: () => (waited += 1),
  });
  await cut;
  await waitFor('the wait behind the former node', () => waited > 0);
  expect(await channel.getChildren(directory)).toHaveLength(2);
  await former.close();
  const lock = await taking;
  const node = await channel.getData(lock.node);
  expect(node?.stat.ephemeralOwner.toString(16)).toBe(one.id);
  await lock.release();
});

test('F3: a session that expires while waiting ends the wait with an error that names it', async () => {
  const { between, one } = await fixture.proxiedSession(1_000);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  let waited = 0;
  const waiting = fixture
    .take({ session: one, channel, directory, onWaiting: () => (waited += 1) })
    .catch((error: unknown) => error);
  await waitFor('the wait', () => waited > 0);
  between.refuse();
  await waitFor('the expiry', async () => (await channel.getChildren(directory))?.length === 1);
  between.accept();
  const error = await waiting;
  expect(error).toMatchObject({ code: 'zookeeper-session-expired', retryable: true });
  expect(String(error)).toContain(one.id);
  await lock.release();
});

test('a waiter whose connection was away while the holder left gets the lock, and its place is the same', async () => {
  const { between, one } = await fixture.proxiedSession(10_000);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const holder = await fixture.take({ session, channel, directory });
  let waiting = false;
  const next = fixture.take({ session: one, channel, directory, onWaiting: () => (waiting = true) });
  await waitFor('it to wait', () => waiting);
  const places = (await channel.getChildren(directory))?.toSorted();
  between.refuse();
  await holder.release();
  between.accept();
  const lock = await next;
  expect(places).toContain(lock.node.slice(directory.length + 1));
  await lock.release();
});

test('F10: of 100 waiters one wakes up when the holder leaves', async () => {
  const server = await startZooKeeper();
  try {
    const sessions = [await fixture.session(server.connect), await fixture.session(server.connect)];
    const channel = await fixture.channel(server.connect);
    const { directory } = await fixture.lockDirectory(channel);
    const [session = sessions[0]] = sessions;
    if (session === undefined) throw new Error('no session');
    const lock = await fixture.take({ session, channel, directory });
    const stop = new AbortController();
    let [wakeUps, taken] = [0, 0];
    const waiters = Array.from({ length: 100 }, (_, index) =>
      fixture
        .take({
          session: sessions[index % 2] ?? session,
          channel,
          directory,
          holder: fixture.holder(`waiter-${index}`),
          signal: stop.signal,
          onWaiting: () => (wakeUps += 1),
        })
        .then(
          () => (taken += 1),
          () => undefined,
        ),
    );
    const watches = async (): Promise<number> =>
      Number(/Total watches:(\d+)/.exec(await server.command('wchs'))?.[1]);
    await waitFor('100 waiters', () => wakeUps === 100);
    expect(await watches()).toBe(100);
    await lock.release();
    await waitFor('the next holder', () => taken === 1);
    expect(await watches()).toBe(99);
    expect(wakeUps).toBe(100);
    stop.abort();
    await Promise.all(waiters);
    expect(await channel.getChildren(directory)).toHaveLength(1);
    await Promise.all(sessions.map((one) => one.close()));
  } finally {
    await server.stop();
  }
});

test('F11: foreign children are not waited for', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const foreign = ['README', 'kazoo__lock__0000000000', '_c_5d0-lock-0000000000', 'lock-0000000000'];
  for (const name of foreign) await session.create(`${directory}/${name}`, nothing);
  const lock = await fixture.take({ session, channel, directory, timeoutMs: 0 });
  expect(await readLock(channel, directory)).toMatchObject({ holder: { who: 'alice' }, waiters: [] });
  await lock.release();
});

test('F11: a numbering at its end is refused with what to do, and nothing is left behind', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  for (const name of ['lock-x-2147483646', 'lock-x--2147483648']) {
    await session.create(`${directory}/${name}`, nothing);
    await expect(fixture.take({ session, channel, directory })).rejects.toMatchObject({
      code: 'lock-broken',
      details: { next: expect.stringContaining(`delete ${directory}`) as string },
    });
    expect(await channel.getChildren(directory)).toEqual([name]);
    await session.delete(`${directory}/${name}`);
  }
});

test('F13: a waiter whose lock node an operator removed does not go on waiting for ever', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  const guid = randomUUID();
  let waited = 0;
  const waiting = fixture
    .take({
      session,
      channel,
      directory,
      holder: fixture.holder('bob', guid),
      onWaiting: () => (waited += 1),
    })
    .catch((error: unknown) => error);
  await waitFor('the wait', () => waited > 0);
  const own = (await channel.getChildren(directory))?.find((name) => name.includes(guid));
  await session.delete(`${directory}/${own}`);
  await lock.release();
  expect(await waiting).toMatchObject({ code: 'lock-lost' });
});

test('a lock directory that is not there is said by name', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const taking = fixture.take({ session, channel, directory: '/lock-tests-nowhere/lock' });
  await expect(taking).rejects.toThrow(/no lock directory \(\/lock-tests-nowhere\/lock\)/);
});

test('F15: a release that cannot be done says so, and the lock is free when the session is', async () => {
  const { between, one } = await fixture.proxiedSession(1_000);
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session: one, channel, directory });
  between.refuse();
  expect(await lock.release()).toBe('left-to-session');
  await one.close();
  const next = await fixture.take({ session, channel, directory });
  await next.release();
});
