/**
 * One line in the log for each run, the same in `enclosure serve` and in the functions. The fields are chosen here one by one,
 * so that nothing else of a request, a plan or an error gets out: no content, no payload, and never the cause of an error, which
 * others fill. What has no value has no field.
 */
import type { Log, LogFields } from '../../model/ports/log.ts';
import type { Reporter, ReportedRequest } from '../../model/ports/reporter.ts';
import { heldJson } from '../documents/held-json.ts';
import { notesJson } from '../documents/notes-json.ts';
import { describeFailure } from './describe-failure.ts';
import { pushToApplied } from './push-to-applied.ts';

export function logReporter(log: Log): Reporter {
  return {
    ended(request, report, { lockWaitMs, ended }) {
      const { result, plan, hold, notes } = report;
      const { outcome, revision, commit, counts, transactions, durationMs } = result;
      const pushToAppliedMs = pushToApplied(request, report, ended);
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
      return undefined;
    },
    failed(request, error, { durationMs, lockWaitMs }) {
      const fields = {
        ...runFields(request, 'failed'),
        durationMs,
        ...(lockWaitMs !== undefined && { lockWaitMs }),
        ...describeFailure(error),
      };
      log.error(fields, 'sync failed');
    },
    fetched(environment, happened) {
      if (!('error' in happened)) return;
      const text =
        happened.event === 'fallback'
          ? 'the shared fetch failed: fetched from the git host instead'
          : 'a problem with shared fetches';
      log.warn({ environment, ...describeFailure(happened.error) }, text);
    },
  };
}

function runFields(request: ReportedRequest, outcome: string): LogFields {
  const { environment, reason, actor, delivery } = request;
  return { environment, outcome, reason, actor, ...(delivery !== undefined && { delivery }) };
}
