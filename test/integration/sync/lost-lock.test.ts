/** The lock is lost in the middle of a deployment: nothing more is written, and the next run finishes it. */
import { expect, test } from 'vitest';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { opcodes } from '../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { expectTree, largeFiles, proxied, whenLanded } from './fault-fixture.ts';

async function lockNode(fixture: EnvironmentFixture): Promise<string | undefined> {
  const names = [...(await fixture.client.tree(`${fixture.state}/lock`)).keys()].filter(
    (name) => name !== '',
  );
  return names[0] === undefined ? undefined : `${fixture.state}/lock/${names[0]}`;
}

/** Marks a moment in the server's order of things. */
async function moment(fixture: EnvironmentFixture): Promise<number> {
  const path = `${fixture.environment.stateRoot}/moment`;
  await fixture.client.create(path, '');
  return (await fixture.client.get(path))?.mzxid ?? NaN;
}

async function expectNothingSince(fixture: EnvironmentFixture, zxid: number): Promise<void> {
  for (const [path, { mzxid }] of await fixture.tree()) expect(mzxid, path).toBeLessThan(zxid);
  const state = await fixture.client.get(fixture.state);
  expect(state?.mzxid).toBeLessThan(zxid);
  expect(JSON.parse(state?.data.toString() ?? '')).toMatchObject({ revision: 0, phase: 'applying' });
}

test('F13: an operator who deletes the lock node stops the run, which says so, and the next one finishes', async () => {
  const { fixture, proxy, direct } = await proxied({}, 30_000);
  const files = largeFiles(16, 'x');
  const commit = fixture.git.commit(files);
  let deleted: Promise<number> | undefined;
  const onProgress = whenLanded(4, () => {
    // Held back until it is done: answers do not get through, so no more is sent than was in flight.
    proxy.delayMs = 5_000;
    deleted = lockNode(fixture)
      .then((path) => fixture.client.delete(path ?? ''))
      .then(() => moment(fixture))
      // Not cut: the official client sometimes takes a cut for the end of its session, which is another story (F4).
      .finally(() => (proxy.delayMs = 0));
  });
  const failure = fixture.enclosure.sync(fixture.request(), { onProgress });
  await expect(failure).rejects.toMatchObject({ code: 'lock-lost', retryable: true });
  await expect(failure).rejects.toThrow(
    'the lock node is gone: the session expired, or an operator removed it',
  );
  await expectNothingSince(fixture, (await deleted) ?? NaN);
  const { result } = await direct.sync(fixture.request());
  expect(result).toMatchObject({ outcome: 'applied', revision: 1, commit });
  await expectTree(fixture, files);
});

test('F6: a lock directory that is deleted and made again stops the run', async () => {
  const { fixture, proxy, direct } = await proxied({}, 30_000);
  const files = largeFiles(16, 'x');
  fixture.git.commit(files);
  let remade: Promise<number> | undefined;
  const onProgress = whenLanded(4, () => {
    proxy.delayMs = 5_000;
    remade = lockNode(fixture)
      .then((path) => fixture.client.delete(path ?? ''))
      .then(() => fixture.client.delete(`${fixture.state}/lock`))
      .then(() => fixture.client.create(`${fixture.state}/lock`, ''))
      .then(() => moment(fixture))
      .finally(() => {
        proxy.delayMs = 0;
        proxy.cut();
      });
  });
  await expect(fixture.enclosure.sync(fixture.request(), { onProgress })).rejects.toMatchObject({
    code: 'lock-lost',
  });
  await expectNothingSince(fixture, (await remade) ?? NaN);
  await direct.sync(fixture.request());
  await expectTree(fixture, files);
});

test('F4: a session that expires in the middle of a deployment ends it, and the next run finishes', async () => {
  const { fixture, proxy, direct } = await proxied({}, 1_000);
  const files = largeFiles(16, 'x');
  const commit = fixture.git.commit(files);
  // The control plane's session cannot come back; the data plane, which always asks for a new one, can.
  const isResumed = (opcode: number, frame: Buffer): boolean =>
    opcode === opcodes.handshake && frame.readBigInt64BE(20) !== 0n;
  let expired: Promise<number> | undefined;
  const onProgress = whenLanded(4, () => {
    void (async () => {
      for (;;) await proxy.cutBeforeRequest(isResumed);
    })();
    // Nor does the data plane before the server has forgotten the session.
    proxy.delayMs = 5_000;
    proxy.cut();
    expired = waitFor('the end of the session', async () => (await lockNode(fixture)) === undefined)
      .then(() => moment(fixture))
      .finally(() => (proxy.delayMs = 0));
  });
  const failure = fixture.enclosure.sync(fixture.request(), { onProgress });
  await expect(failure).rejects.toMatchObject({ code: 'lock-lost', retryable: true });
  await expect(failure).rejects.toThrow(/session/);
  await expectNothingSince(fixture, (await expired) ?? NaN);
  const { result } = await direct.sync(fixture.request());
  expect(result).toMatchObject({ outcome: 'applied', revision: 1, commit });
  await expectTree(fixture, files);
});
