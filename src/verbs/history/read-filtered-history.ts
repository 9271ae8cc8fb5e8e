/**
 * The history of an environment, newest first: deployments, and when it was held. A filter looks at every record, each by
 * its own time: with clocks that disagree, an older one may lie behind a newer one.
 */
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import { readTimeline, type TimelineEntry } from '../../state/read-timeline.ts';
import type { AuditSource } from '../../sync/open/audit-source.ts';
import type { History } from './history.ts';

export interface HistoryFilter {
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly since?: number;
  /** Whether a deployment is asked about; holds and resumptions are not, then. */
  readonly concerns?: (record: DeploymentRecord) => Promise<boolean | 'unknown'>;
}

export async function readFilteredHistory(
  { channel, environment }: Pick<AuditSource, 'channel' | 'environment'>,
  { limit, since, concerns }: HistoryFilter,
): Promise<History> {
  const remarks: string[] = [];
  const filtered = since !== undefined || concerns !== undefined;
  const all = await readTimeline(channel, environment, filtered ? Infinity : limit, (error) =>
    remarks.push(`left out: ${error.message}`),
  );
  const entries: TimelineEntry[] = [];
  for (const entry of all) {
    if (entries.length === limit) break;
    if (since !== undefined && Date.parse(timeOf(entry)) < since) continue;
    const asked = concerns === undefined || (entry.kind === 'deployment' && (await concerns(entry.record)));
    if (asked === 'unknown') remarks.push(mayConcern(entry));
    else if (asked) entries.push(entry);
  }
  return { entries, remarks };
}

function timeOf(entry: TimelineEntry): string {
  return entry.kind === 'deployment' ? entry.record.ended : entry.event.time;
}

function mayConcern(entry: TimelineEntry): string {
  const { revision } = entry.kind === 'deployment' ? entry.record : entry.event;
  return `revision ${revision} may have changed it: its record was cut, and git no longer has its commits`;
}
