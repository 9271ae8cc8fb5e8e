/** Deployments of several transactions that end half-way: the state says so, and the next run finishes them. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { State } from '../../../src/model/state.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import {
  expectTree,
  isDeployment,
  largeFiles,
  nthDeployment,
  proxied,
  unchanged,
  whenLanded,
} from './fault-fixture.ts';

async function stateOf(fixture: EnvironmentFixture): Promise<State> {
  const znode = await fixture.client.get(fixture.state);
  return JSON.parse(znode?.data.toString() ?? '') as State;
}

test('F21: a first load that ended half-way is finished by a run that has another head to go to', async () => {
  const { fixture, proxy, direct } = await proxied({}, 2_000);
  fixture.git.commit({ ...largeFiles(6, 'first'), 'only-first': '1' });
  const cut = proxy.cutBeforeRequest(nthDeployment(6)).then(() => proxy.refuse());
  await expect(fixture.sync()).rejects.toMatchObject({ retryable: true });
  await cut;
  expect(await stateOf(fixture)).toMatchObject({ revision: 0, commit: null, phase: 'applying' });
  const files = { other: '2' };
  const head = fixture.git.commit(files);
  const { result } = await direct.sync(fixture.request());
  expect(result).toMatchObject({ outcome: 'applied', revision: 1, commit: head, previousCommit: null });
  // What the first run wrote is ours, and goes.
  await expectTree(fixture, files);
});

test('F21: what two runs wrote before they died, each with another head, is known to be ours', async () => {
  const { fixture, proxy, direct } = await proxied({}, 2_000);
  const die = async (nth: number): Promise<void> => {
    const cut = proxy.cutBeforeRequest(nthDeployment(nth)).then(() => proxy.refuse());
    await expect(fixture.sync()).rejects.toMatchObject({ retryable: true });
    await cut;
    proxy.accept();
  };
  const first = fixture.git.commit({ ...largeFiles(6, 'first'), 'a-first': '1' });
  await die(5);
  const second = fixture.git.commit({ ...largeFiles(6, 'second'), 'a-second': '2' });
  await die(4);
  expect((await stateOf(fixture)).target).toMatchObject({ commit: second, earlier: [{ commit: first }] });
  const files = { other: '3' };
  fixture.git.commit(files);
  expect((await direct.sync(fixture.request())).result).toMatchObject({ outcome: 'applied', revision: 1 });
  await expectTree(fixture, files);
});

test('F21: a run that is told to stop half-way releases the lock, and the next one finishes', async () => {
  const { fixture, proxy, direct } = await proxied();
  const files = largeFiles(12, 'x');
  fixture.git.commit(files);
  proxy.delayMs = 30;
  const stop = new AbortController();
  const sync = fixture.enclosure.sync(fixture.request(), {
    signal: stop.signal,
    onProgress: whenLanded(3, () => stop.abort()),
  });
  await expect(sync).rejects.toMatchObject({ code: 'aborted', retryable: true });
  expect((await fixture.client.tree(`${fixture.state}/lock`)).size).toBe(1);
  expect(await stateOf(fixture)).toMatchObject({ revision: 0, phase: 'applying' });
  await unchanged(fixture, () => delay(100));
  expect((await direct.sync(fixture.request())).result).toMatchObject({ outcome: 'applied', revision: 1 });
  await expectTree(fixture, files);
});

test('a run that is told to stop does not wait for a transaction that is never answered', async () => {
  const { fixture, proxy, direct } = await proxied();
  const files = largeFiles(3, 'x');
  fixture.git.commit(files);
  const unanswered = new Set<number>();
  void proxy.cutBeforeRequest((opcode, frame) => {
    if (isDeployment(opcode, frame)) unanswered.add(frame.readInt32BE(4));
    return false;
  });
  proxy.onReply(({ handshake, frame }) =>
    !handshake && unanswered.has(frame.readInt32BE(4)) ? undefined : frame,
  );
  const stop = new AbortController();
  const sync = fixture.enclosure.sync(fixture.request(), { signal: stop.signal });
  const stopped = expect(sync).rejects.toMatchObject({ code: 'aborted', retryable: true });
  await waitFor('a transaction without an answer', () => unanswered.size > 0);
  stop.abort();
  await stopped;
  expect((await direct.sync(fixture.request())).result).toMatchObject({ outcome: 'applied', revision: 1 });
  await expectTree(fixture, files);
});

test('F21: who reads state, tree and state never holds a mixed tree for a revision', async () => {
  const { fixture, proxy } = await proxied();
  // Slow enough for many readings in the middle of each deployment.
  proxy.delayMs = 50;
  const commits = new Map<string, string>();
  const read = { applied: 0, applying: 0 };
  const done = new AbortController();
  const reader = async (): Promise<void> => {
    while (!done.signal.aborted) {
      const before = await fixture.client.get(fixture.state);
      const tree = await fixture.tree();
      const after = await fixture.client.get(fixture.state);
      if (before === undefined || before.data.length === 0 || after?.mzxid !== before.mzxid) continue;
      const state = JSON.parse(before.data.toString()) as State;
      read[state.phase] += 1;
      if (state.phase === 'applying') continue;
      const files = [...tree.values()].filter(({ data }) => data.length > 0);
      const fills = files.map(({ data }) => data.subarray(0, data.indexOf(' ')).toString());
      expect(fills).toEqual(Array.from({ length: 12 }, () => commits.get(state.commit ?? '')));
    }
  };
  const reading = reader();
  try {
    for (const fill of ['one', 'two', 'three']) {
      commits.set(fixture.git.commit(largeFiles(12, fill)), fill);
      expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', transactions: 12 });
      const reads = read.applied;
      while (read.applied === reads) await Promise.race([delay(10), reading]);
    }
  } finally {
    done.abort();
    await reading;
  }
  expect(read.applied).toBeGreaterThanOrEqual(3);
  expect(read.applying).toBeGreaterThanOrEqual(1);
});
