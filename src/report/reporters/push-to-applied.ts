import type { ReportedRequest } from '../../model/ports/reporter.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';

/**
 * Milliseconds from the webhook's arrival until its change was applied, without the time that the notes took: the environment
 * was done before. Never negative, since the clocks of two machines may disagree; undefined where nothing was applied or
 * nobody pushed.
 */
export function pushToApplied(
  { reason, time }: ReportedRequest,
  { result, notes }: SyncReport,
  ended: Date,
): number | undefined {
  const arrived = Date.parse(time);
  if (result.outcome !== 'applied' || reason !== 'push' || Number.isNaN(arrived)) return undefined;
  return Math.max(0, ended.getTime() - (notes?.durationMs ?? 0) - arrived);
}
