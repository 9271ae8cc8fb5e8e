/** The numbers of each run. */
import type { Metrics } from '../../model/ports/metrics.ts';
import type { Reporter } from '../../model/ports/reporter.ts';
import { describeFailure } from './describe-failure.ts';
import { pushToApplied } from './push-to-applied.ts';

/** The label for environments that the configuration does not have: anybody who may send a request could make up names. */
const unknownEnvironment = '(unknown)';

export function metricsReporter(metrics: Metrics): Reporter {
  return {
    ended(request, report, { lockWaitMs, ended }) {
      const { result, plan } = report;
      const { environment, outcome } = result;
      const pushToAppliedMs = pushToApplied(request, report, ended);
      metrics.count('deployments', { environment, outcome });
      for (const code of new Set(plan.refusals.map((refusal) => refusal.code))) {
        metrics.count('refusals', { environment, code });
      }
      if (plan.drift.length > 0) metrics.count('drift', { environment }, plan.drift.length);
      if (lockWaitMs !== undefined) metrics.duration('lock-wait', { environment }, lockWaitMs);
      if (pushToAppliedMs !== undefined)
        metrics.duration('push-to-applied', { environment }, pushToAppliedMs);
      return undefined;
    },
    failed(request, error, { lockWaitMs }) {
      const { code } = describeFailure(error);
      const environment = code === 'environment-unknown' ? unknownEnvironment : request.environment;
      metrics.count('deployments', { environment, outcome: 'failed' });
      metrics.count('failures', { environment, code });
      if (lockWaitMs !== undefined) metrics.duration('lock-wait', { environment }, lockWaitMs);
    },
    fetched(environment, { event }) {
      metrics.count('snapshot-cache', { environment, event });
    },
  };
}
