/** Sessions that end, connections that break, trees that do not stand still. */
import { expect, inject, onTestFinished, test } from 'vitest';
import type { AgentEvent } from '../../../src/agent/index.ts';
import type { State } from '../../../src/model/state.ts';
import { openWireSession } from '../../../src/zookeeper/session/open-wire-session.ts';
import { deployed, member, proxy, receiptOf, receiptWith } from '../../../harness/agent-fixture.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { opcodes } from '../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { resumeWithWrongPassword } from '../sync/lock/wrong-password.ts';

async function stateOf({ client, state }: EnvironmentFixture): Promise<State> {
  return JSON.parse((await client.get(state))?.data.toString() ?? '') as State;
}

test('F8: a server that answers a reconnect with another session makes the member join again, with the same receipt', async () => {
  const fixture = await deployed({ a: '1' });
  const way = await proxy();
  const events: AgentEvent[] = [];
  await member(fixture, { name: 'web', connect: way.connect, onEvent: (event) => events.push(event) });
  const before = await receiptOf(fixture, 'web');
  way.onReply(({ handshake, frame }) => {
    if (!handshake) return frame;
    way.onReply(undefined);
    const rewritten = Buffer.from(frame);
    rewritten.writeBigInt64BE(0x1234n, 12); // length, protocol version, timeout, session id
    return rewritten;
  });
  way.cut();
  await waitFor('it to join again', () => events.some((event) => event.type === 'joined' && event.again));
  expect(await receiptWith(fixture, 'web', 'anything', () => true)).toEqual(before);
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
});

test('F12: reconnects with a wrong password drop the connection, the session stays, and so does the member', async () => {
  const fixture = await deployed({ a: '1' });
  const events: AgentEvent[] = [];
  const membership = await member(fixture, { name: 'web', onEvent: (event) => events.push(event) });
  const owner = (await fixture.client.ephemeralOwner(`${fixture.state}/members/web`)) ?? '';
  for (let times = 0; times < 5; times += 1) await resumeWithWrongPassword(inject('zookeeper'), owner);
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
  expect(await fixture.client.ephemeralOwner(`${fixture.state}/members/web`)).toBe(owner);
  expect(events.filter(({ type }) => type === 'joined')).toHaveLength(1);
  expect(membership.config.text('a')).toBe('2');
});

test('a member whose session expired joins again and reads everything again', async () => {
  const fixture = await deployed({ a: '1' });
  const way = await proxy();
  const events: AgentEvent[] = [];
  await member(fixture, {
    name: 'web-',
    connect: way.connect,
    sessionTimeoutMs: 1_000,
    onEvent: (event) => events.push(event),
  });
  way.refuse();
  await waitFor('the ensemble to forget the member', async () => {
    return (await fixture.client.children(`${fixture.state}/members`)).length === 0;
  });
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  await waitFor('the session to be lost', () =>
    events.some((event) => event.type === 'problem' && event.error.code === 'zookeeper-session-expired'),
  );
  way.accept();
  const [name = ''] = await waitFor('it to join again', async () => {
    const names = await fixture.client.children(`${fixture.state}/members`);
    return names.length > 0 && names;
  });
  await receiptWith(fixture, name, 'revision 2', ({ revision }) => revision === 2);
});

test.each(['create', 'setData'] as const)(
  'a reply to %s that is lost leaves one znode with the true receipt',
  async (operation) => {
    const fixture = await deployed({ a: '1' });
    const way = await proxy();
    const members = `${fixture.state}/members`;
    const lost = way.cutAfterRequest(
      (opcode, frame) =>
        (opcode === opcodes[operation] || (operation === 'create' && opcode === opcodes.create2)) &&
        frame.includes(members),
    );
    const membership = await member(fixture, {
      name: operation === 'create' ? 'web-' : 'web',
      connect: way.connect,
    });
    if (operation === 'setData') {
      fixture.git.commit({ a: '2' });
      await fixture.sync();
    }
    await lost;
    const { revision } = await stateOf(fixture);
    await receiptWith(
      fixture,
      membership.name,
      'what is applied',
      (receipt) => receipt.revision === revision,
    );
    expect(await fixture.client.children(members)).toEqual([membership.name]);
  },
);

test('a member whose znode an operator deleted is seen again with the next revision', async () => {
  const fixture = await deployed({ a: '1' });
  await member(fixture, { name: 'web' });
  await fixture.client.delete(`${fixture.state}/members/web`);
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
});

test('F59: while a deployment is under way nothing is handed out; its end is', async () => {
  const fixture = await deployed({ a: '1', b: '1' });
  const membership = await member(fixture, { name: 'web' });
  const state = await stateOf(fixture);
  const target = { revision: 2, commit: state.commit, mapping: state.mapping };
  await fixture.client.set(fixture.state, JSON.stringify({ ...state, phase: 'applying', target }));
  await fixture.client.set(`${fixture.root}/a`, '2');
  // Whoever joins now has to wait; that it still waits shows that it was not handed the half.
  await expect(member(fixture, { timeoutMs: 700 })).rejects.toMatchObject({ code: 'tree-incomplete' });
  expect(membership.config.text('a')).toBe('1');
  await fixture.client.set(`${fixture.root}/b`, '2');
  await fixture.client.set(fixture.state, JSON.stringify({ ...state, revision: 2 }));
  await receiptWith(fixture, 'web', 'revision 2', ({ revision }) => revision === 2);
  expect([membership.config.text('a'), membership.config.text('b')]).toEqual(['2', '2']);
});

test('a tree that is deployed again and again while it is read is read when it is calm, and never in between', async () => {
  const files = (size: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, String(size)]));
  const fixture = await deployed(files(0));
  const way = await proxy();
  const mixed: string[] = [];
  const membership = await member(fixture, {
    name: 'web',
    connect: way.connect,
    onChange: ({ after }) => {
      const values = new Set(after.files().map((file) => after.text(file)));
      if (values.size !== 1) mixed.push([...values].join(' '));
    },
  });
  // Slower to read than to deploy.
  way.delayMs = 60;
  for (let size = 1; size <= 15; size += 1) {
    fixture.git.commit(files(size));
    await fixture.sync();
  }
  await receiptWith(fixture, 'web', 'the last revision', ({ revision }) => revision === 16);
  expect(mixed).toEqual([]);
  expect(membership.config.text('f0')).toBe('15');
  way.delayMs = 0;
});

test('a change that is told together with the answer that sets the watch does not end the watching', async () => {
  const fixture = await deployed({ a: '1' });
  const way = await proxy();
  let held: Buffer | undefined;
  let told = false;
  // The first answer with the state is that of the watch; it arrives in one piece with what the watch tells.
  way.onReply(({ handshake, frame }) => {
    if (!handshake && held === undefined && frame.includes('"phase":"applied"')) {
      held = frame;
      return undefined;
    }
    if (handshake || told || held === undefined || frame.readInt32BE(4) !== -1) return frame;
    told = true;
    return Buffer.concat([held, frame]);
  });
  const joining = member(fixture, { name: 'web', connect: way.connect });
  await waitFor('the watch to be set', () => held !== undefined);
  for (const revision of [2, 3, 4]) {
    fixture.git.commit({ a: `${revision}` });
    await fixture.sync();
    await joining;
    await receiptWith(fixture, 'web', `revision ${revision}`, (receipt) => receipt.revision === revision);
  }
  expect(told).toBe(true);
});

test.each([
  ['of a newer format', { format: 2 }, 'state-newer'],
  ['of another kind', { format: 1 }, 'state-unreadable'],
])('a state %s is an error for who joins, and takes nothing from a member', async (_what, data, code) => {
  const fixture = await deployed({ a: '1' });
  const events: AgentEvent[] = [];
  const membership = await member(fixture, { onEvent: (event) => events.push(event) });
  await fixture.client.set(fixture.state, JSON.stringify(data));
  await waitFor('the member to notice', () =>
    events.some((event) => event.type === 'problem' && event.error.code === code),
  );
  expect(membership.config.text('a')).toBe('1');
  await expect(member(fixture)).rejects.toMatchObject({ code });
});

test('credentials that do not suffice are said with the znode and the permission that is needed', async () => {
  const fixture = await deployed({ a: '1' });
  const auth = [{ scheme: 'digest', credentials: 'alice:canary-5ecret' }];
  const alice = await openWireSession({ connect: inject('zookeeper'), auth, sessionTimeoutMs: 10_000 });
  onTestFinished(() => alice.close());
  await alice.setAcl(fixture.root, [{ permissions: 31, scheme: 'auth', id: '' }]);
  const refused = await member(fixture).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'zookeeper-denied' });
  expect(String(refused)).toContain(`'read' on ${fixture.root}`);
  const wrong = await member(fixture, {
    auth: [{ scheme: 'digest', credentials: 'alice:wrong-5ecret' }],
  }).catch((error: unknown) => error);
  expect(wrong).toMatchObject({ code: 'zookeeper-denied' });
  expect(String(wrong)).not.toContain('5ecret');
  expect((await member(fixture, { auth })).config.text('a')).toBe('1');
});

test('an abort while joining ends it and leaves nothing behind', async () => {
  const fixture = await deployed({ a: '1' });
  const way = await proxy();
  way.dropReplies();
  const controller = new AbortController();
  const joining = member(fixture, { connect: way.connect, signal: controller.signal });
  await waitFor('a connection', () => way.accepted() > 0);
  controller.abort();
  await expect(joining).rejects.toMatchObject({ code: 'aborted' });
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual([]);
});
