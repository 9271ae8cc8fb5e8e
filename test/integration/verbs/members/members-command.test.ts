/** `enclosure members` and `status` on the real server, with members that the official client made. */
import { expect, inject, onTestFinished, test } from 'vitest';
import { startProxy } from '../../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { runWith, type Ran } from '../../../unit/cli/fake-world.ts';
import { commit, previous } from '../../../unit/verbs/members/examples-of-members.ts';
import { membersFixture, type MembersFixture } from './members-fixture.ts';

const rejected = { revision: 12, commit, reason: 'no port', time: '2026-03-01T12:00:02.000Z' };
const refusal = { revision: 11, commit: previous, status: 'rejected', rejected } as const;

/** Runs it; `looked` is told when it has seen the members once. */
async function members(fixture: MembersFixture, argv: readonly string[], looked = (): void => undefined) {
  const { enclosure } = fixture;
  const watched = {
    ...enclosure,
    awaitMembers: (name: string, options: Parameters<typeof enclosure.awaitMembers>[1]) =>
      enclosure.awaitMembers(name, { ...options, onProgress: looked }),
  };
  return await runWith({ enclosure: watched }, 'members', 'production', ...argv);
}

/** What it waits for comes only after it has looked once. */
async function waitAndThen(
  fixture: MembersFixture,
  argv: readonly string[],
  then: () => Promise<void>,
): Promise<Ran> {
  let looked = false;
  const running = members(fixture, argv, () => (looked = true));
  await waitFor('the first look', () => looked);
  await then();
  return await running;
}

test('who has joined, who lags and who rejected is told, and status sums it up', async () => {
  const fixture = await membersFixture();
  await fixture.deploy(12, commit);
  await fixture.join('a');
  await fixture.join('b', { revision: 11, commit: previous });
  await fixture.join('c', refusal);
  const ran = await members(fixture, ['--json']);
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.json()).toMatchObject([
    { name: 'a', standing: 'current', ephemeral: true, revision: 12 },
    { name: 'b', standing: 'lags', revision: 11, rejected: null },
    { name: 'c', standing: 'rejected', rejected: { reason: 'no port' } },
  ]);
  const status = await runWith({ enclosure: fixture.enclosure }, 'status', 'production', '--json');
  expect(status.json()).toMatchObject([
    { members: { total: 3, current: 1, lag: 1, rejected: 1, unknown: 0 } },
  ]);
});

test('--wait exits 0 when the last of them reports the commit', async () => {
  const fixture = await membersFixture();
  await fixture.join('a', { revision: 11, commit: previous });
  const ran = await waitAndThen(fixture, ['--wait', commit.slice(0, 8), '--json'], async () => {
    await fixture.deploy(12, commit);
    await fixture.report('a', {});
  });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.json()).toMatchObject([{ name: 'a', standing: 'current' }]);
});

test('a rejection that arrives while waiting ends it at once with 2, and says who and why', async () => {
  const fixture = await membersFixture();
  await fixture.deploy(12, commit);
  await fixture.join('a');
  await fixture.join('b', { revision: 11, commit: previous });
  // With an hour to wait, it is the rejection that ends it.
  const ran = await waitAndThen(fixture, ['--wait', '12', '--timeout', '1h'], () =>
    fixture.report('b', refusal),
  );
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toBe(
    'production: rejected: revision 12 runs on 1 of 2 members, 2 needed; 1 rejects it: b\n',
  );
  expect(ran.stdout).toContain('rejected revision 12 2026-03-01 12:00:02Z: no port');
});

test('at the timeout it exits 2 and names who lags, but not when fewer are enough', async () => {
  const fixture = await membersFixture();
  await fixture.deploy(12, commit);
  await fixture.join('a');
  await fixture.join('b', { revision: 11, commit: previous });
  const late = await members(fixture, ['--wait', '12', '--timeout', '3s', '--json']);
  expect(late.exitCode).toBe(2);
  expect(late.stderr).toBe(
    'production: not in time: revision 12 runs on 1 of 2 members, 2 needed; 1 lags: b\n',
  );
  expect(late.json()).toMatchObject([{ name: 'a' }, { name: 'b', standing: 'lags' }]);
  for (const min of ['50%', '1']) {
    expect((await members(fixture, ['--wait', '12', '--min', min])).exitCode).toBe(0);
  }
});

test('a connection that breaks while waiting is survived', async () => {
  const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
  onTestFinished(() => proxy.stop());
  const fixture = await membersFixture(proxy.connect);
  await fixture.deploy(12, commit);
  await fixture.join('a', { revision: 11, commit: previous });
  const ran = await waitAndThen(fixture, ['--wait', '12'], async () => {
    proxy.cut();
    await fixture.report('a', {});
  });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(proxy.accepted()).toBeGreaterThanOrEqual(2);
});
