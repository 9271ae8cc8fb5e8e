/**
 * What is said of a run when it has ended: one line in the log and its numbers, the same in `enclosure serve` and in the
 * functions. The fields are chosen here one by one, so that nothing else of a request, a plan or an error gets out: no
 * content, no payload, and never the cause of an error, which others fill. What has no value has no field.
 */
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { Log, LogFields } from '../../model/ports/log.ts';
import type { Metrics } from '../../model/ports/metrics.ts';
import type { SnapshotCacheEvent } from '../../model/snapshot-cache-event.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { heldJson } from '../documents/held-json.ts';
import { notesJson } from '../documents/notes-json.ts';

export interface ReportParts {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the caller measured of the run. */
export interface RunMeasure {
  readonly durationMs: number;
  /** Absent when the run did not come as far as asking for the lock. */
  readonly lockWaitMs?: number;
  /** When the run ended; default now. */
  readonly ended?: Date;
}

/** The label for environments that the configuration does not have: anybody who may send a request could make up names. */
const unknownEnvironment = '(unknown)';

/** Reports a run that ended `applied`, `unchanged`, `refused` or `held`. */
export function reportDeployment(
  { log, metrics }: ReportParts,
  request: SyncRequest,
  { result, plan, hold, notes }: SyncReport,
  // Without the time that its notes took: the environment was done before.
  { lockWaitMs, ended = new Date(Date.now() - (notes?.durationMs ?? 0)) }: RunMeasure,
): void {
  const { environment, outcome, revision, commit, counts, transactions, durationMs } = result;
  const pushToAppliedMs = outcome === 'applied' ? sincePush(request, ended) : undefined;

  metrics.count('deployments', { environment, outcome });
  for (const code of new Set(plan.refusals.map((refusal) => refusal.code))) {
    metrics.count('refusals', { environment, code });
  }
  if (plan.drift.length > 0) metrics.count('drift', { environment }, plan.drift.length);
  if (lockWaitMs !== undefined) metrics.duration('lock-wait', { environment }, lockWaitMs);
  if (pushToAppliedMs !== undefined) metrics.duration('push-to-applied', { environment }, pushToAppliedMs);

  const { refusals, warnings, drift } = plan;
  const notable: LogFields = {
    ...(refusals.length > 0 && { refusals }),
    ...(warnings.length > 0 && { warnings }),
    ...(drift.length > 0 && { drift: drift.length }),
    ...(notes?.error !== undefined && { notes: notesJson(notes) }),
  };
  const fields = {
    ...runFields(request, outcome),
    revision,
    ...(commit !== null && { commit }),
    counts,
    transactions,
    durationMs,
    ...(lockWaitMs !== undefined && { lockWaitMs }),
    ...(pushToAppliedMs !== undefined && { pushToAppliedMs }),
    ...(hold !== undefined && { held: heldJson(hold) }),
    ...notable,
  };
  if (outcome === 'refused' || Object.keys(notable).length > 0) log.warn(fields, `sync ${outcome}`);
  else log.info(fields, `sync ${outcome}`);
}

/** Reports a run that failed, and returns the code under which it was reported: `unexpected` for what is no error of ours. */
export function reportFailure(
  { log, metrics }: ReportParts,
  request: SyncRequest,
  error: unknown,
  { durationMs, lockWaitMs }: RunMeasure,
): string {
  const { code, ...failure } = describe(error);
  const environment = code === 'environment-unknown' ? unknownEnvironment : request.environment;
  metrics.count('deployments', { environment, outcome: 'failed' });
  metrics.count('failures', { environment, code });
  if (lockWaitMs !== undefined) metrics.duration('lock-wait', { environment }, lockWaitMs);
  const fields = {
    ...runFields(request, 'failed'),
    durationMs,
    ...(lockWaitMs !== undefined && { lockWaitMs }),
    code,
    ...failure,
  };
  log.error(fields, 'sync failed');
  return code;
}

/** Counts what the snapshot cache did for a run, and logs what went wrong with it: the run itself does not fail by it. */
export function reportSnapshotCache(
  { log, metrics }: ReportParts,
  environment: string,
  happened: SnapshotCacheEvent,
): void {
  const { event } = happened;
  metrics.count('snapshot-cache', { environment, event });
  if (!('error' in happened)) return;
  const text =
    event === 'fallback'
      ? 'the snapshot cache failed: fetched without it'
      : 'a problem of the snapshot cache';
  log.warn({ environment, ...describe(happened.error) }, text);
}

function runFields(request: SyncRequest, outcome: string): LogFields {
  const { environment, reason, actor, delivery } = request;
  return { environment, outcome, reason, actor, ...(delivery !== undefined && { delivery }) };
}

/** From the webhook's arrival; never negative, since the clocks of two machines may disagree. */
function sincePush({ reason, time }: SyncRequest, ended: Date): number | undefined {
  const arrived = Date.parse(time);
  return reason !== 'push' || Number.isNaN(arrived) ? undefined : Math.max(0, ended.getTime() - arrived);
}

/** The stack of an error that is not ours, since it is a fault of ours. */
function describe(error: unknown): {
  readonly code: string;
  readonly error: string;
  readonly stack?: string;
} {
  if (isEnclosureError(error)) return { code: error.code, error: error.message };
  if (!(error instanceof Error)) return { code: 'unexpected', error: String(error) };
  return { code: 'unexpected', error: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
