/**
 * One sync request, carried out and reported, whatever becomes of it: in the log, in the metrics, and to whom else the process
 * has. Fails as the sync fails, so that the queue can decide whether to try again.
 */
import type { Enclosure } from '../../enclosure/enclosure.ts';
import type { Log } from '../../model/ports/log.ts';
import type { Metrics } from '../../model/ports/metrics.ts';
import type { Reporter } from '../../model/ports/reporter.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { logReporter } from '../../report/reporters/log-reporter.ts';
import { metricsReporter } from '../../report/reporters/metrics-reporter.ts';
import { tellReporters } from '../../report/tell-reporters.ts';

export interface RunnerParts {
  readonly enclosure: Pick<Enclosure, 'sync'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Who else hears of a run in this process. */
  readonly reporters?: readonly Reporter[];
  /** How long to wait for the environment's lock; the default is the enclosure's. */
  readonly lockTimeoutMs?: number;
  /** The same for the audit notes. */
  readonly notesTimeoutMs?: number;
}

export async function runRequest(
  { enclosure, log, metrics, reporters = [], lockTimeoutMs, notesTimeoutMs }: RunnerParts,
  request: SyncRequest,
  signal: AbortSignal,
): Promise<SyncReport> {
  const options = {
    signal,
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    ...(notesTimeoutMs === undefined ? {} : { notesTimeoutMs }),
  };
  const told = [logReporter(log), metricsReporter(metrics), ...reporters];
  return await tellReporters(told, request, options, (watched) => enclosure.sync(request, watched));
}
