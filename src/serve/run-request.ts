/**
 * One sync request, carried out and logged as one line whatever becomes of it. Fails as the sync fails, so that the
 * queue can decide whether to try again.
 */
import type { SyncRequest } from '../model/deployment.ts';
import { isEnclosureError } from '../model/errors.ts';
import type { Log, LogFields } from '../model/log.ts';
import type { Enclosure, SyncReport } from '../sync/contract.ts';
import type { LastOutcome } from './last-outcome.ts';

export interface RunnerParts {
  readonly enclosure: Pick<Enclosure, 'sync'>;
  readonly log: Log;
  /** How long to wait for the environment's lock; the default is the enclosure's. */
  readonly lockTimeoutMs?: number;
  readonly onOutcome?: (environment: string, outcome: LastOutcome) => void;
}

export async function runRequest(
  parts: RunnerParts,
  request: SyncRequest,
  signal: AbortSignal,
): Promise<void> {
  const { environment, reason, actor, delivery } = request;
  const log = parts.log.child({
    environment,
    reason,
    actor,
    ...(delivery === undefined ? {} : { delivery }),
  });
  const started = performance.now();
  try {
    const report = await parts.enclosure.sync(request, {
      signal,
      ...(parts.lockTimeoutMs === undefined ? {} : { lockTimeoutMs: parts.lockTimeoutMs }),
    });
    logReport(log, report);
    const { outcome, revision, commit } = report.result;
    parts.onOutcome?.(environment, { outcome, revision, commit, time: new Date().toISOString() });
  } catch (error) {
    const failure = describe(error);
    log.error(
      { outcome: 'failed', ...failure, durationMs: Math.round(performance.now() - started) },
      'sync failed',
    );
    const time = new Date().toISOString();
    parts.onOutcome?.(environment, { outcome: 'failed', code: failure.code, time });
    throw error;
  }
}

function logReport(log: Log, { result, plan }: SyncReport): void {
  const { outcome, revision, commit, counts, durationMs } = result;
  const found: LogFields = {
    ...(plan.refusals.length > 0 ? { refusals: plan.refusals } : {}),
    ...(plan.warnings.length > 0 ? { warnings: plan.warnings } : {}),
    ...(plan.drift.length > 0 ? { drift: plan.drift.length } : {}),
  };
  const fields = { outcome, revision, commit, counts, durationMs, ...found };
  if (outcome === 'refused' || Object.keys(found).length > 0) log.warn(fields, `sync ${outcome}`);
  else log.info(fields, `sync ${outcome}`);
}

/** The stack of an error that is not ours, since it is a fault of ours; never its cause, which others fill. */
function describe(error: unknown): {
  readonly code: string;
  readonly error: string;
  readonly stack?: string;
} {
  if (isEnclosureError(error)) return { code: error.code, error: error.message };
  if (!(error instanceof Error)) return { code: 'unexpected', error: String(error) };
  return { code: 'unexpected', error: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
