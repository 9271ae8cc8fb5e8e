import { describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../../src/base/enclosure-error.ts';
import type { Enclosure } from '../../../../src/enclosure/enclosure.ts';
import { runRequest } from '../../../../src/intake/worker/run-request.ts';
import { type LastOutcome, LastOutcomes } from '../../../../src/serve/last-outcomes.ts';
import type { SyncReport } from '../../../../src/model/sync/sync-report.ts';
import type { SyncRequest } from '../../../../src/model/sync/sync-request.ts';
import { type Measured, recordingMetrics } from '../../report/observability/recording-metrics.ts';
import { type Line, recordingLog } from '../../serve/recording-log.ts';
import { syncReport } from '../../serve/sync-report.ts';

const request: SyncRequest = {
  environment: 'production',
  reason: 'push',
  actor: 'alice',
  delivery: 'delivery-1',
  time: 'now',
};
const { signal } = new AbortController();

async function run(sync: Enclosure['sync'] | SyncReport): Promise<{
  lines: Line[];
  outcomes: LastOutcome[];
  measured: Measured[];
  result: SyncReport | undefined;
  error: unknown;
}> {
  const { log, lines } = recordingLog();
  const { metrics, measured } = recordingMetrics();
  const last = new LastOutcomes();
  const enclosure = { sync: typeof sync === 'function' ? sync : () => Promise.resolve(sync) };
  const parts = { enclosure, log, metrics, reporters: [last], lockTimeoutMs: 5 };
  let [result, error]: [SyncReport | undefined, unknown] = [undefined, undefined];
  try {
    result = await runRequest(parts, request, signal);
  } catch (reason) {
    error = reason;
  }
  return { lines, outcomes: [...last.outcomes.values()], measured, result, error };
}

describe('runRequest', () => {
  it('passes the request, the signal and the time to wait for the lock', async () => {
    const { error } = await run((given, options) => {
      expect(given).toBe(request);
      expect(options).toMatchObject({ signal, lockTimeoutMs: 5, onLockWait: expect.any(Function) });
      return Promise.resolve(syncReport('production'));
    });
    expect(error).toBeUndefined();
  });

  it('gives back the report', async () => {
    const report = syncReport('production');
    expect((await run(report)).result).toBe(report);
  });

  it('reports how long the lock was waited for, also of a run that failed', async () => {
    const lockWait = ['lock-wait', { environment: 'production' }, 42];
    const applied = await run((_, options) => {
      options?.onLockWait?.(42);
      return Promise.resolve(syncReport('production'));
    });
    expect(applied.lines).toMatchObject([{ outcome: 'applied', lockWaitMs: 42 }]);
    expect(applied.measured).toContainEqual(lockWait);
    const failed = await run((_, options) => {
      options?.onLockWait?.(42);
      return Promise.reject(new EnclosureError('lock-timeout', 'held'));
    });
    expect(failed.lines).toMatchObject([{ outcome: 'failed', lockWaitMs: 42 }]);
    expect(failed.measured).toContainEqual(lockWait);
  });

  it('logs what was applied in one line', async () => {
    const { lines, outcomes } = await run(syncReport('production'));
    expect(lines).toEqual([
      {
        level: 'info',
        timestamp: expect.any(String) as string,
        environment: 'production',
        reason: 'push',
        actor: 'alice',
        delivery: 'delivery-1',
        outcome: 'applied',
        revision: 7,
        commit: 'c'.repeat(40),
        counts: { created: 1, updated: 2, deleted: 3, unchanged: 4 },
        transactions: 1,
        durationMs: 12,
        message: 'sync applied',
      },
    ]);
    expect(outcomes).toMatchObject([{ outcome: 'applied', revision: 7, commit: 'c'.repeat(40) }]);
  });

  it('logs a refusal at warn, with codes and messages, and does not fail: trying again would not help', async () => {
    const refusals = [{ code: 'too-many-deletes', message: '90 of 100' }] as const;
    const { lines, outcomes, error } = await run(syncReport('production', 'refused', { refusals }));
    expect(error).toBeUndefined();
    expect(lines).toMatchObject([{ level: 'warn', outcome: 'refused', refusals }]);
    expect(outcomes).toMatchObject([{ outcome: 'refused' }]);
  });

  it.each([
    [{ drift: [{ path: 'a', kind: 'changed' }] } as const, { drift: 1 }],
    [{ warnings: ['a listing is long'] }, { warnings: ['a listing is long'] }],
  ])('logs %j at warn although the sync succeeded', async (plan, fields) => {
    const { lines } = await run(syncReport('production', 'unchanged', plan));
    expect(lines).toMatchObject([{ level: 'warn', outcome: 'unchanged', ...fields }]);
  });

  it('logs a failure at error with its code, without its cause, and passes it on', async () => {
    const failure = new EnclosureError('repository-denied', 'no access', { cause: new Error('canary') });
    const { lines, outcomes, error } = await run(() => Promise.reject(failure));
    expect(error).toBe(failure);
    expect(lines).toMatchObject([
      { level: 'error', outcome: 'failed', code: 'repository-denied', error: 'no access' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(outcomes).toMatchObject([{ outcome: 'failed', code: 'repository-denied' }]);
  });

  it('logs where a fault of ours happened', async () => {
    const { lines, outcomes } = await run(() => Promise.reject(new TypeError('x is not a function')));
    expect(lines).toMatchObject([{ level: 'error', code: 'unexpected', error: 'x is not a function' }]);
    expect(lines[0]?.['stack']).toContain('run-request.test');
    expect(outcomes).toMatchObject([{ outcome: 'failed', code: 'unexpected' }]);
  });
});
