/** The deadline of an invocation, on a real server: nothing is lost, nothing is done twice. */
import { expect, test } from 'vitest';
import type { Enclosure } from '../../../src/enclosure/enclosure.ts';
import { type BatchAnswer, handleSync } from '../../../src/lambda/handle-sync.ts';
import type { State } from '../../../src/model/state.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { type Line, recordingLog } from '../../unit/serve/recording-log.ts';
import {
  environment,
  expectTree,
  largeFiles,
  proxied,
  unchanged,
  whenLanded,
} from '../sync/fault-fixture.ts';
import { channel, session, take } from '../sync/lock/fixture.ts';

const silent = { count: () => undefined, duration: () => undefined };

/** One message of the queue, worked by the sync function with that much time left. */
async function work(
  fixture: EnvironmentFixture,
  enclosure: Pick<Enclosure, 'sync'>,
  remainingMs: number,
): Promise<{ readonly back: readonly string[]; readonly lines: Line[] }> {
  const { log, lines } = recordingLog();
  const records = [
    {
      messageId: 'one',
      body: JSON.stringify(fixture.request({ reason: 'push' })),
      attributes: { MessageGroupId: fixture.environment.name, ApproximateReceiveCount: '1' },
    },
  ];
  const invocation = { awsRequestId: 'request', getRemainingTimeInMillis: () => remainingMs };
  const open = () => Promise.resolve({ enclosure });
  const answer = (await handleSync(
    { open, log, metrics: silent },
    { Records: records },
    invocation,
  )) as BatchAnswer;
  return { back: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), lines };
}

async function lockNodes(fixture: EnvironmentFixture): Promise<number> {
  return (await fixture.client.tree(`${fixture.state}/lock`)).size - 1;
}

test('F7: a deadline that strikes while the lock is waited for sends the message back, and the next attempt applies it once', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2' });
  const [one, other] = await Promise.all([session(), channel()]);
  const held = await take({ session: one, channel: other, directory: `${fixture.state}/lock` });

  const first = await unchanged(fixture, () => work(fixture, fixture.enclosure, 3_000));
  expect(first.back).toEqual(['one']);
  expect(first.lines).toMatchObject([{ outcome: 'failed', code: 'lock-timeout' }, { level: 'warn' }]);
  expect(await lockNodes(fixture)).toBe(1);

  await held.release();
  const second = await work(fixture, fixture.enclosure, 60_000);
  expect(second.back).toEqual([]);
  expect(second.lines).toMatchObject([{ outcome: 'applied', revision: 2 }]);
  expect(await fixture.texts()).toMatchObject({ a: '2' });
  expect(await lockNodes(fixture)).toBe(0);
});

test('F21: a deadline that strikes while a plan is applied ends it in order, and the next attempt finishes it as one revision', async () => {
  const { fixture, proxy, direct } = await proxied({}, 30_000);
  const files = largeFiles(12, 'x');
  fixture.git.commit(files);
  proxy.delayMs = 30;
  const remainingMs = 4_000;
  const began = performance.now();
  const slow: Pick<Enclosure, 'sync'> = {
    sync: (request, options) =>
      fixture.enclosure.sync(request, {
        ...options,
        // The machine stands still in the middle of the work until the deadline has passed.
        onProgress: whenLanded(3, () => block(remainingMs - (performance.now() - began))),
      }),
  };
  const first = await work(fixture, slow, remainingMs);
  expect(first.back).toEqual(['one']);
  expect(first.lines).toMatchObject([{ outcome: 'failed', code: 'aborted' }, { level: 'warn' }]);
  const state = JSON.parse((await fixture.client.get(fixture.state))?.data.toString() ?? '') as State;
  expect(state).toMatchObject({ phase: 'applying', revision: 0 });
  expect(await lockNodes(fixture)).toBe(0);

  const second = await work(fixture, direct, 60_000);
  expect(second.back).toEqual([]);
  expect(second.lines).toMatchObject([{ outcome: 'applied', revision: 1 }]);
  await expectTree(fixture, files);
  // The message comes once more, as SQS may send it: nothing is done twice.
  const third = await unchanged(fixture, () => work(fixture, direct, 60_000));
  expect(third.lines).toMatchObject([{ outcome: 'unchanged', revision: 1 }]);
});

function block(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
