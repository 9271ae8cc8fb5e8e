import { describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  awaitMembers,
  type AwaitOptions,
  type SeenMembers,
} from '../../../../src/verbs/members/await-members.ts';
import { startProxy, type TcpProxy } from '../../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { commit, previous } from '../../../unit/verbs/members/examples-of-members.ts';
import { membersFixture, type MembersFixture } from './members-fixture.ts';

const rejected = { revision: 12, commit, reason: 'no port', time: '2026-03-01T12:00:02.000Z' };
const addWatch = 106;
const multiRead = 22;

/** Waits in the background; `looks` is what it has seen so far. */
function waiting(fixture: MembersFixture, options: Partial<AwaitOptions> = {}) {
  const looks: SeenMembers[] = [];
  const ended = awaitMembers(fixture.open, fixture.environment, {
    target: { revision: 12 },
    min: { kind: 'share', share: 1 },
    timeoutMs: 60_000,
    onProgress: (seen) => looks.push(seen),
    ...options,
  });
  ended.catch(() => undefined); // some tests look at it late
  return { looks, ended, looked: () => waitFor('a look', () => looks.length > 0) };
}

async function lagging(...names: string[]): Promise<MembersFixture> {
  const fixture = await membersFixture();
  await fixture.deploy(11, previous);
  for (const name of names) await fixture.join(name, { revision: 11, commit: previous });
  return fixture;
}

async function behindProxy(): Promise<{ readonly proxy: TcpProxy; readonly fixture: MembersFixture }> {
  const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
  onTestFinished(() => proxy.stop());
  const fixture = await membersFixture(proxy.connect);
  await fixture.deploy(11, previous);
  await fixture.join('a', { revision: 11, commit: previous });
  return { proxy, fixture };
}

test('it ends when the last receipt arrives', async () => {
  const fixture = await lagging('a', 'b');
  const { looks, ended, looked } = waiting(fixture);
  await looked();
  await fixture.deploy(12, commit);
  await fixture.report('a', {});
  await waitFor('one of two', () => looks.at(-1)?.running.length === 1);
  await fixture.report('b', { revision: 13 });
  expect(await ended).toMatchObject({
    reached: true,
    why: 'reached',
    revision: 12,
    state: { revision: 12 },
    needed: 2,
    members: [{ name: 'a' }, { name: 'b' }],
  });
});

test('it ends at once when enough run it already, and looks no further', async () => {
  const fixture = await lagging('a');
  const { looks, ended } = waiting(fixture, { target: { revision: 11 } });
  expect(await ended).toMatchObject({ reached: true });
  expect(looks).toHaveLength(1);
});

test('a rejection that makes it impossible ends it at once, with its reason', async () => {
  const fixture = await lagging('a', 'b');
  const { ended, looked } = waiting(fixture);
  await looked();
  await fixture.report('b', { revision: 11, commit: previous, status: 'rejected', rejected });
  expect(await ended).toMatchObject({
    reached: false,
    why: 'rejected',
    rejecting: [{ name: 'b', receipt: { rejected: { reason: 'no port' } } }],
    lagging: [{ name: 'a' }],
  });
});

test('who leaves is not waited for, and who joins is', async () => {
  const fixture = await lagging('a', 'b');
  await fixture.report('a', {});
  const { looks, ended, looked } = waiting(fixture, { min: { kind: 'count', count: 2 } });
  await looked();
  await fixture.client.delete(`${fixture.directory}/b`);
  await waitFor('b to be gone', () => looks.at(-1)?.members.length === 1);
  await fixture.join('c');
  expect(await ended).toMatchObject({ reached: true, running: [{ name: 'a' }, { name: 'c' }] });
});

describe('a commit', () => {
  test('is looked up when its deployment comes', async () => {
    const fixture = await lagging('a');
    const { looks, ended, looked } = waiting(fixture, { target: { commit: commit.slice(0, 7) } });
    await looked();
    expect(looks[0]).not.toHaveProperty('revision');
    await fixture.report('a', { revision: 13, commit: previous });
    await waitFor('the receipt to be seen', () => looks.at(-1)?.members[0]?.receipt?.revision === 13);
    await fixture.deploy(12, commit);
    expect(await ended).toMatchObject({ reached: true, revision: 12 });
  });

  test('that came along with a later one counts as that, and of several revisions the newest', async () => {
    const fixture = await lagging('a');
    const other = 'c'.repeat(40);
    for (let revision = 12; revision < 40; revision += 1) await fixture.deploy(revision, other, [commit]);
    for (let revision = 40; revision < 60; revision += 1)
      await fixture.deploy(revision, previous, [previous]);
    await fixture.report('a', { revision: 39, commit: other });
    const { ended } = waiting(fixture, { target: { commit: commit.slice(0, 7) } });
    expect(await ended).toMatchObject({ reached: true, revision: 39 });
  });
});

describe('the deadline', () => {
  test('ends it with what was seen last, also where that is nobody', async () => {
    const [fixture, empty] = [await lagging('a'), await lagging()];
    const [one, nobody] = await Promise.all(
      [fixture, empty].map((each) => waiting(each, { timeoutMs: 3000 }).ended),
    );
    expect(one).toMatchObject({ reached: false, why: 'timeout', lagging: [{ name: 'a' }], needed: 1 });
    expect(nobody).toMatchObject({ reached: false, why: 'timeout', members: [], needed: 1 });
    const none = { kind: 'count', count: 0 } as const;
    expect(await waiting(empty, { min: none }).ended).toMatchObject({ reached: true });
  });

  test('is kept while the server is away, with what was seen before', async () => {
    const { proxy, fixture } = await behindProxy();
    const { ended, looked } = waiting(fixture, { timeoutMs: 4000 });
    await looked();
    proxy.refuse();
    expect(await ended).toMatchObject({ reached: false, why: 'timeout', lagging: [{ name: 'a' }] });
  });

  test('F14: when nothing could be read at all, the reason is the error', async () => {
    const { proxy, fixture } = await behindProxy();
    proxy.refuse();
    await expect(waiting(fixture, { timeoutMs: 1000 }).ended).rejects.toMatchObject({
      code: 'zookeeper-unreachable',
    });
  });
});

test('a connection that breaks is replaced, and what happened meanwhile is seen', async () => {
  const { proxy, fixture } = await behindProxy();
  const { ended, looked } = waiting(fixture);
  await looked();
  proxy.refuse();
  await fixture.report('a', {});
  proxy.accept();
  expect(await ended).toMatchObject({ reached: true });
});

test('a server that hangs up on the watch is asked again and again', async () => {
  const { proxy, fixture } = await behindProxy();
  let hungUp = 0;
  const trap = async (): Promise<void> => {
    await proxy.cutBeforeRequest((opcode) => opcode === addWatch);
    hungUp += 1;
    await trap();
  };
  void trap();
  const { ended, looked } = waiting(fixture);
  await looked();
  await fixture.report('a', {});
  expect(await ended).toMatchObject({ reached: true });
  expect(hungUp).toBe(2);
});

test('an older server is asked each second', async () => {
  const { proxy, fixture } = await behindProxy();
  void proxy.cutBeforeRequest((opcode) => opcode === multiRead);
  const { ended, looked } = waiting(fixture);
  await looked();
  await fixture.report('a', {});
  expect(await ended).toMatchObject({ reached: true });
});

test('the signal ends it, and nothing stays open', async () => {
  const { proxy, fixture } = await behindProxy();
  const controller = new AbortController();
  const { ended, looked } = waiting(fixture, { signal: controller.signal });
  await looked();
  controller.abort();
  await expect(ended).rejects.toMatchObject({ code: 'aborted' });
  await waitFor('the end of the connection', () => proxy.connections() === 0);
});

test('what another try does not mend is an error at once', async () => {
  const fixture = await lagging('a');
  await fixture.client.set(`${fixture.environment.stateRoot}/production`, '{"format":2}');
  await expect(waiting(fixture).ended).rejects.toMatchObject({ code: 'state-newer' });
});
