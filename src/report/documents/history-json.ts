import type { TimelineEntry } from '../../state/read-timeline.ts';
import type { DeploymentDetails } from '../../verbs/history/deployment-details.ts';

/** What `history --json` prints for an entry: a deployment as its record is, a hold or a resumption with its `kind`. */
export function historyJson(entry: TimelineEntry): unknown {
  return entry.kind === 'deployment' ? entry.record : entry.event;
}

/** What `history --show --json` prints: the record, its changes with their differences, and remarks. */
export function deploymentJson({ record, differences, remarks }: DeploymentDetails): unknown {
  const changes = record.changes.map((change, index) => ({
    ...change,
    difference: differences[index]?.lines ?? [],
  }));
  return { ...record, changes, notes: remarks };
}
