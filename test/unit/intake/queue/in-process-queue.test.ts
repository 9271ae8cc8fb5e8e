import { afterEach, describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import { InProcessQueue, type InProcessQueueOptions } from '../../../../src/intake/queue/in-process-queue.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { type Line, recordingLog } from '../../serve/recording-log.ts';

function request(delivery: string, changes: Partial<SyncRequest> = {}): SyncRequest {
  return { environment: 'production', reason: 'push', actor: 'alice', time: 'now', delivery, ...changes };
}

interface Run {
  readonly delivery: string | undefined;
  readonly signal: AbortSignal;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

const forever = { attempts: 3, firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 };
const away = new EnclosureError('zookeeper-unreachable', 'away');

describe('InProcessQueue', () => {
  let queue: InProcessQueue | undefined;
  const runs: Run[] = [];
  const dead: { readonly request: SyncRequest; readonly error: unknown; readonly attempts: number }[] = [];
  let lines: Line[] = [];

  afterEach(async () => {
    for (const run of runs) run.succeed();
    await queue?.close(AbortSignal.abort());
    runs.length = 0;
    dead.length = 0;
  });

  /** Work that ends when the test says so. */
  function start(options: Partial<InProcessQueueOptions> = {}): InProcessQueue {
    const recording = recordingLog();
    lines = recording.lines;
    queue = new InProcessQueue({
      work: ({ delivery }, signal) =>
        new Promise((resolve, reject) => {
          runs.push({ delivery, signal, succeed: resolve, fail: reject });
        }),
      onDead: (given, error, attempts) => dead.push({ request: given, error, attempts }),
      log: recording.log,
      ...options,
    });
    return queue;
  }

  const running = async (count: number): Promise<Run> => {
    await waitFor(`run ${count}`, () => runs.length >= count);
    const run = runs[count - 1];
    if (run === undefined) throw new Error(`no run ${count}`);
    return run;
  };
  const deliveries = (): (string | undefined)[] => runs.map((run) => run.delivery);

  it('keeps the newest of those that wait and would do the same, and logs the other', async () => {
    const taking = start();
    await taking.send([request('1')]);
    const first = await running(1);
    await taking.send([request('2')]);
    await taking.send([request('3')]);
    expect(taking.contents().map(({ delivery }) => delivery)).toEqual(['1', '3']);
    expect(lines).toMatchObject([{ delivery: '2', supersededBy: '3', message: 'request superseded' }]);
    first.succeed();
    (await running(2)).succeed();
    await waitFor('an empty queue', () => taking.contents().length === 0);
    expect(deliveries()).toEqual(['1', '3']);
  });

  it('waits before it tries again, and ends the wait for a new request, which takes its place', async () => {
    const taking = start({ backoff: forever });
    await taking.send([request('1')]);
    (await running(1)).fail(away);
    await waitFor('the wait', () => lines.some((line) => line.message.includes('tried again')));
    expect(lines.at(-1)).toMatchObject({ level: 'warn', code: 'zookeeper-unreachable', attempt: 1 });
    expect(runs).toHaveLength(1);
    await taking.send([request('2')]);
    (await running(2)).succeed();
    await waitFor('an empty queue', () => taking.contents().length === 0);
    expect(deliveries()).toEqual(['1', '2']);
  });

  it('ends the wait for a request of another effect too, and tries the failed one first', async () => {
    const taking = start({ backoff: forever });
    await taking.send([request('1', { commit: 'a'.repeat(40) })]);
    (await running(1)).fail(away);
    await waitFor('the wait', () => lines.some((line) => line.message.includes('tried again')));
    await taking.send([request('2')]);
    (await running(2)).succeed();
    (await running(3)).succeed();
    await waitFor('an empty queue', () => taking.contents().length === 0);
    expect(deliveries()).toEqual(['1', '1', '2']);
  });

  it('does not try again what a request that came meanwhile does anyway', async () => {
    const taking = start({ backoff: forever });
    await taking.send([request('1')]);
    const first = await running(1);
    await taking.send([request('2')]);
    first.fail(away);
    (await running(2)).succeed();
    await waitFor('an empty queue', () => taking.contents().length === 0);
    expect(deliveries()).toEqual(['1', '2']);
    expect(lines.at(-1)).toMatchObject({ delivery: '1', supersededBy: '2' });
  });

  it('gives up with the last error and the number of attempts', async () => {
    const taking = start({ backoff: { attempts: 2, firstDelayMs: 1, maxDelayMs: 1 } });
    await taking.send([request('1')]);
    (await running(1)).fail(new Error('first'));
    (await running(2)).fail(away);
    await waitFor('the end', () => dead.length === 1);
    expect(dead[0]).toEqual({ request: request('1'), error: away, attempts: 2 });
  });

  it('F54: refuses more than may wait, all of a batch or nothing', async () => {
    const taking = start({ maxWaiting: 2 });
    await taking.send([request('running')]);
    await running(1);
    await taking.send([request('1')]);
    const batch = ['a', 'b'].map((environment) => request('2', { environment }));
    await expect(taking.send(batch)).rejects.toMatchObject({ code: 'queue-refused', retryable: true });
    expect(taking.contents()).toHaveLength(2);
    await taking.send(batch.slice(0, 1));
    expect(taking.contents()).toHaveLength(3);
  });

  it('takes a request that supersedes another even when it is full', async () => {
    const taking = start({ maxWaiting: 1 });
    await taking.send([request('running')]);
    await running(1);
    await taking.send([request('1')]);
    await taking.send([request('2')]);
    expect(taking.contents().map(({ delivery }) => delivery)).toEqual(['running', '2']);
  });

  it('works on no more environments at a time than it may', async () => {
    const taking = start({ concurrency: 2 });
    await taking.send(['a', 'b', 'c'].map((environment) => request(environment, { environment })));
    (await running(2)).succeed();
    await running(3);
    expect(deliveries()).toEqual(['a', 'b', 'c']);
  });

  it('lets running work end by itself when it is closed, and starts nothing more', async () => {
    const taking = start({ concurrency: 1 });
    await taking.send([request('1')]);
    const first = await running(1);
    await taking.send([request('2'), request('3', { environment: 'staging' })]);
    let closed = false;
    const closing = taking.close(new AbortController().signal).then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    expect(first.signal.aborted).toBe(false);
    first.succeed();
    await closing;
    expect(deliveries()).toEqual(['1']);
    const undone = lines.filter((line) => line.message === 'request left undone');
    expect(undone.map((line) => line['delivery'])).toEqual(['2', '3']);
  });

  it('aborts running work when its time is over, and neither tries it again nor gives it up', async () => {
    const taking = start({ backoff: { attempts: 3, firstDelayMs: 1, maxDelayMs: 1 } });
    await taking.send([request('1')]);
    const first = await running(1);
    const deadline = new AbortController();
    const closing = taking.close(deadline.signal);
    deadline.abort();
    expect(first.signal.aborted).toBe(true);
    expect(first.signal.reason).toMatchObject({ code: 'aborted' });
    first.fail(first.signal.reason);
    await closing;
    expect(deliveries()).toEqual(['1']);
    expect(dead).toEqual([]);
  });

  it('does not wait for the next attempt when it is closed', async () => {
    const taking = start({ backoff: forever });
    await taking.send([request('1')]);
    (await running(1)).fail(away);
    await waitFor('the wait', () => lines.some((line) => line.message.includes('tried again')));
    await taking.close();
    expect(taking.contents()).toEqual([]);
    expect(runs).toHaveLength(1);
  });
});
