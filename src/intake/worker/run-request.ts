/**
 * One sync request, carried out and reported, whatever becomes of it. Fails as the sync fails, so that the queue can
 * decide whether to try again.
 */
import type { Enclosure } from '../../enclosure/enclosure.ts';
import type { Hold } from '../../model/hold.ts';
import type { Log } from '../../model/ports/log.ts';
import type { Metrics } from '../../model/ports/metrics.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import type { Outcome } from '../../model/sync/sync-result.ts';
import {
  reportDeployment,
  reportFailure,
  reportSnapshotCache,
} from '../../report/observability/report-deployment.ts';

/** What became of an environment's last run, for `/healthz`: codes and counters, no messages. */
export interface LastOutcome {
  readonly outcome: Outcome;
  readonly time: string;
  readonly revision?: number;
  readonly commit?: string | null;
  /** Of the error, when it failed. */
  readonly code?: string;
}

export interface RunnerParts {
  readonly enclosure: Pick<Enclosure, 'sync'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How long to wait for the environment's lock; the default is the enclosure's. */
  readonly lockTimeoutMs?: number;
  /** The same for the audit notes. */
  readonly notesTimeoutMs?: number;
  readonly onOutcome?: (environment: string, outcome: LastOutcome) => void;
  /** Told after each run that has ended: what holds the environment now, or undefined. */
  readonly onHold?: (environment: string, hold: Hold | undefined) => void;
}

export async function runRequest(
  parts: RunnerParts,
  request: SyncRequest,
  signal: AbortSignal,
): Promise<SyncReport> {
  const { environment } = request;
  const started = performance.now();
  let lockWaitMs: number | undefined;
  const measured = (): { durationMs: number; lockWaitMs?: number } => ({
    durationMs: Math.round(performance.now() - started),
    ...(lockWaitMs !== undefined && { lockWaitMs }),
  });
  try {
    const report = await parts.enclosure.sync(request, {
      signal,
      onLockWait: (ms) => (lockWaitMs = ms),
      onSnapshotCache: (event) => reportSnapshotCache(parts, environment, event),
      ...(parts.lockTimeoutMs === undefined ? {} : { lockTimeoutMs: parts.lockTimeoutMs }),
      ...(parts.notesTimeoutMs === undefined ? {} : { notesTimeoutMs: parts.notesTimeoutMs }),
    });
    reportDeployment(parts, request, report, measured());
    const { outcome, revision, commit } = report.result;
    parts.onOutcome?.(environment, { outcome, revision, commit, time: new Date().toISOString() });
    parts.onHold?.(environment, report.hold);
    return report;
  } catch (error) {
    const code = reportFailure(parts, request, error, measured());
    parts.onOutcome?.(environment, { outcome: 'failed', code, time: new Date().toISOString() });
    throw error;
  }
}
