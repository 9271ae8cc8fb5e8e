import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import { type ReconcileSchedule, startReconcileSchedule } from '../../../src/serve/reconcile-schedule.ts';
import { recordingLog } from './recording-log.ts';

const everyMs = 180_000;

describe('startReconcileSchedule', () => {
  let schedule: ReconcileSchedule | undefined;
  let sent: SyncRequest[] = [];
  const { log, lines } = recordingLog();

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    lines.length = 0;
  });
  afterEach(() => {
    schedule?.stop();
    vi.useRealTimers();
  });

  function start(
    environments: readonly string[],
    contents: () => readonly SyncRequest[] = () => [],
    send: (requests: readonly SyncRequest[]) => Promise<void> = (requests) => {
      sent.push(...requests);
      return Promise.resolve();
    },
  ): void {
    schedule = startReconcileSchedule({ environments, everyMs, send, contents, log });
  }

  it('F57: asks for every environment at the start and then within every period', async () => {
    start(['a', 'b']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.map(({ environment }) => environment)).toEqual(['a', 'b']);
    for (let period = 2; period <= 5; period += 1) {
      await vi.advanceTimersByTimeAsync(everyMs);
      const counts = ['a', 'b'].map((name) => sent.filter(({ environment }) => environment === name).length);
      for (const count of counts) expect(count).toBeGreaterThanOrEqual(period);
    }
    expect(sent.length).toBeLessThan(2 * 7);
  });

  it('asks for a full run in the name of the schedule', async () => {
    start(['a']);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([
      {
        environment: 'a',
        reason: 'schedule',
        actor: 'schedule',
        time: expect.any(String) as string,
        full: true,
      },
    ]);
  });

  it('does not let the environments begin at once', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `e${index}`);
    start(names);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toHaveLength(11);
    await vi.advanceTimersByTimeAsync(39_000);
    expect(sent.map(({ environment }) => environment)).toEqual(names);
  });

  it('adds none while one of the environment is in the queue, whatever else is', async () => {
    const waiting = {
      environment: 'a',
      reason: 'schedule',
      actor: 'schedule',
      time: 'now',
      full: true,
    } as const;
    const push = { environment: 'b', reason: 'push', actor: 'alice', time: 'now' } as const;
    start(['a', 'b'], () => [waiting, push]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent.map(({ environment }) => environment)).toEqual(['b']);
  });

  it('goes on after the queue refused', async () => {
    let refused = 0;
    start(['a'], undefined, () => {
      refused += 1;
      return Promise.reject(new Error('full'));
    });
    await vi.advanceTimersByTimeAsync(2 * everyMs);
    expect(refused).toBeGreaterThanOrEqual(2);
    expect(lines[0]).toMatchObject({ level: 'warn', environment: 'a', error: 'full' });
  });

  it('asks for nothing once it was stopped', async () => {
    start(['a', 'b']);
    await vi.advanceTimersByTimeAsync(0);
    schedule?.stop();
    await vi.advanceTimersByTimeAsync(3 * everyMs);
    expect(sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
