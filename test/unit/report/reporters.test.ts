import { describe, expect, it } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { Log } from '../../../src/model/ports/log.ts';
import type { Metrics } from '../../../src/model/ports/metrics.ts';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { SharedFetchEvent } from '../../../src/model/shared-fetch-event.ts';
import type { SyncRequest } from '../../../src/model/sync/sync-request.ts';
import type { Outcome } from '../../../src/model/sync/sync-result.ts';
import type { ReportedRequest, Reporter, RunMeasure } from '../../../src/model/ports/reporter.ts';
import { logReporter } from '../../../src/report/reporters/log-reporter.ts';
import { metricsReporter } from '../../../src/report/reporters/metrics-reporter.ts';
import { holdOf } from '../cli/examples-of-results.ts';
import { recordingLog } from '../serve/recording-log.ts';
import { syncReport } from '../serve/sync-report.ts';
import { recordingMetrics } from './observability/recording-metrics.ts';

interface Parts {
  readonly log: Log;
  readonly metrics: Metrics;
}

const both = ({ log, metrics }: Parts): Reporter[] => [logReporter(log), metricsReporter(metrics)];

function reportDeployment(
  parts: Parts,
  request: ReportedRequest,
  done: SyncReport,
  measured: RunMeasure,
): void {
  for (const reporter of both(parts)) void reporter.ended?.(request, done, measured);
}

const push: SyncRequest = {
  environment: 'production',
  reason: 'push',
  actor: 'alice',
  delivery: 'delivery-1',
  time: '2024-05-01T10:00:00.000Z',
};
const measure: RunMeasure = { durationMs: 12, lockWaitMs: 3, ended: new Date('2024-05-01T10:00:04.500Z') };
const labels = { environment: 'production' };

function report(
  outcome: Outcome = 'applied',
  plan: Partial<Plan> = {},
  request: SyncRequest = push,
  measured: RunMeasure = measure,
) {
  const { log, lines } = recordingLog();
  const { metrics, measured: told } = recordingMetrics();
  reportDeployment({ log, metrics }, request, syncReport('production', outcome, plan), measured);
  return { lines, told };
}

function fail(error: unknown, request: SyncRequest = push) {
  const { log, lines } = recordingLog();
  const { metrics, measured: told } = recordingMetrics();
  const failed = { durationMs: 7, lockWaitMs: 3, ended: measure.ended };
  for (const reporter of both({ log, metrics })) reporter.failed?.(request, error, failed);
  return { lines, told };
}

describe('a run that has ended', () => {
  it('says in one line what was applied, where, why, how long it took, and nothing else', () => {
    expect(report().lines).toEqual([
      {
        level: 'info',
        timestamp: expect.any(String) as string,
        message: 'sync applied',
        environment: 'production',
        outcome: 'applied',
        revision: 7,
        commit: 'c'.repeat(40),
        delivery: 'delivery-1',
        actor: 'alice',
        reason: 'push',
        counts: { created: 1, updated: 2, deleted: 3, unchanged: 4 },
        transactions: 1,
        durationMs: 12,
        lockWaitMs: 3,
        pushToAppliedMs: 4_500,
      },
    ]);
  });

  it('counts the deployment by its outcome, and times the lock and the push', () => {
    expect(report().told).toEqual([
      ['deployments', { ...labels, outcome: 'applied' }, 1],
      ['lock-wait', labels, 3],
      ['push-to-applied', labels, 4_500],
    ]);
  });

  it.each([
    ['a push that another run had applied already', 'unchanged', push],
    ['a manual run', 'applied', { ...push, reason: 'manual' }],
    ['a request whose time cannot be read', 'applied', { ...push, time: 'now' }],
  ] as const)('does not time the push of %s', (_, outcome, request) => {
    const { lines, told } = report(outcome, {}, request);
    expect(lines[0]).not.toHaveProperty('pushToAppliedMs');
    expect(told.map(([name]) => name)).not.toContain('push-to-applied');
  });

  it('takes a push from a machine whose clock is ahead for one of this moment', () => {
    const { told } = report('applied', {}, { ...push, time: '2024-05-01T10:00:05.000Z' });
    expect(told).toContainEqual(['push-to-applied', labels, 0]);
  });

  it('counts a refusal once for each guard, and warns with codes and messages', () => {
    const refusals = [
      { code: 'invalid-name', message: 'one' },
      { code: 'invalid-name', message: 'two' },
      { code: 'too-many-deletes', message: '90 of 100' },
    ] as const;
    const { lines, told } = report('refused', { refusals });
    expect(lines).toMatchObject([{ level: 'warn', outcome: 'refused', refusals }]);
    expect(told).toEqual([
      ['deployments', { ...labels, outcome: 'refused' }, 1],
      ['refusals', { ...labels, code: 'invalid-name' }, 1],
      ['refusals', { ...labels, code: 'too-many-deletes' }, 1],
      ['lock-wait', labels, 3],
    ]);
  });

  it('counts the znodes that drifted, and warns of them and of warnings', () => {
    const drift = [
      { path: 'a', kind: 'changed' },
      { path: 'b', kind: 'missing' },
    ] as const;
    const { lines, told } = report('unchanged', { drift, warnings: ['long'] });
    expect(lines).toMatchObject([{ level: 'warn', outcome: 'unchanged', drift: 2, warnings: ['long'] }]);
    expect(told).toContainEqual(['drift', labels, 2]);
  });

  it('warns of audit notes that are not written, and times the push without them', () => {
    const { log, lines } = recordingLog();
    const { metrics, measured } = recordingMetrics();
    const error = new EnclosureError('repository-denied', 'no pushes here');
    const notes = { written: 0, pending: 1, since: push.time, error, durationMs: 60_000 };
    const arrived = { ...push, time: new Date(Date.now() - 61_000).toISOString() };
    const times = { ...measure, ended: new Date() };
    reportDeployment({ log, metrics }, arrived, { ...syncReport('production'), notes }, times);
    expect(lines).toMatchObject([
      { level: 'warn', outcome: 'applied', notes: { pending: 1, error: { code: 'repository-denied' } } },
    ]);
    const [, , ms] = measured.find(([name]) => name === 'push-to-applied') ?? [];
    expect(ms).toBeLessThan(30_000);
  });

  it('does not mention notes that are written', () => {
    const { log, lines } = recordingLog();
    const notes = { written: 1, pending: 0, since: null, durationMs: 5 };
    const done = { ...syncReport('production'), notes };
    reportDeployment({ log, metrics: recordingMetrics().metrics }, push, done, measure);
    expect(lines).toMatchObject([{ level: 'info' }]);
    expect(lines[0]).not.toHaveProperty('notes');
  });

  it('leaves out what has no value', () => {
    const { lines, told } = report(
      'unchanged',
      {},
      { ...push, reason: 'schedule' },
      { durationMs: 1, ended: measure.ended },
    );
    expect(lines[0]).not.toHaveProperty('lockWaitMs');
    expect(told.map(([name]) => name)).toEqual(['deployments']);
  });

  it('says of a held run who holds, why and until when, and that it is no failure and no refusal', () => {
    const { log, lines } = recordingLog();
    const { metrics, measured: told } = recordingMetrics();
    const held = { ...syncReport('production', 'held'), hold: holdOf({ until: '2026-03-01T18:00:00.000Z' }) };
    reportDeployment({ log, metrics }, push, held, measure);
    expect(lines).toMatchObject([
      {
        level: 'info',
        message: 'sync held',
        outcome: 'held',
        held: { who: 'alice', why: 'errors', until: '2026-03-01T18:00:00.000Z', rollback: null },
      },
    ]);
    expect(lines[0]).not.toHaveProperty('pushToAppliedMs');
    expect(told).toContainEqual(['deployments', { ...labels, outcome: 'held' }, 1]);
  });
});

describe('a run that failed', () => {
  it('says in one line what failed and how, without the cause, and counts it by its code', () => {
    const error = new EnclosureError('repository-denied', 'no access', { cause: new Error('canary') });
    const { lines, told } = fail(error);
    expect(lines).toEqual([
      {
        level: 'error',
        timestamp: expect.any(String) as string,
        message: 'sync failed',
        environment: 'production',
        outcome: 'failed',
        delivery: 'delivery-1',
        actor: 'alice',
        reason: 'push',
        durationMs: 7,
        lockWaitMs: 3,
        code: 'repository-denied',
        error: 'no access',
      },
    ]);
    expect(told).toEqual([
      ['deployments', { ...labels, outcome: 'failed' }, 1],
      ['failures', { ...labels, code: 'repository-denied' }, 1],
      ['lock-wait', labels, 3],
    ]);
  });

  it('says where a fault of ours happened', () => {
    const { lines, told } = fail(new TypeError('x is not a function'));
    expect(lines).toMatchObject([{ code: 'unexpected', error: 'x is not a function' }]);
    expect(lines[0]?.['stack']).toContain('reporters.test');
    expect(told).toContainEqual(['failures', { ...labels, code: 'unexpected' }, 1]);
  });

  it('makes no time series of names that somebody made up, but logs them', () => {
    const request = { ...push, environment: 'made-up' };
    const { lines, told } = fail(new EnclosureError('environment-unknown', 'no such environment'), request);
    expect(lines).toMatchObject([{ environment: 'made-up', code: 'environment-unknown' }]);
    expect(JSON.stringify(told)).not.toContain('made-up');
    expect(told).toContainEqual(['failures', { environment: '(unknown)', code: 'environment-unknown' }, 1]);
  });
});

describe('what shared fetches does', () => {
  function tell(...happened: readonly SharedFetchEvent[]) {
    const { log, lines } = recordingLog();
    const { metrics, measured: told } = recordingMetrics();
    for (const one of happened) {
      for (const reporter of both({ log, metrics })) reporter.fetched?.('production', one);
    }
    return { lines, told };
  }

  it('counts what happens and says nothing of what goes well', () => {
    const { lines, told } = tell({ event: 'hit' }, { event: 'fill' });
    expect(lines).toEqual([]);
    expect(told).toEqual([
      ['snapshot-cache', { environment: 'production', event: 'hit' }, 1],
      ['snapshot-cache', { environment: 'production', event: 'fill' }, 1],
    ]);
  });

  it('warns of a run that had to fetch without the cache, and says why', () => {
    const error = new EnclosureError('store-failed', 'the object cannot be written', { found: 'ENOSPC' });
    const { lines, told } = tell({ event: 'fallback', error });
    expect(lines).toMatchObject([
      {
        level: 'warn',
        message: 'the shared fetch failed: fetched from the git host instead',
        code: 'store-failed',
      },
    ]);
    expect(told).toHaveLength(1);
  });
});
