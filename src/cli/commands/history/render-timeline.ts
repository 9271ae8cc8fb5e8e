/** Deployments, holds and resumptions, one a line, newest first. Pure. */
import type { DeploymentRecord } from '../../../model/deployment-record.ts';
import type { HoldEvent } from '../../../model/hold.ts';
import { escapeName } from '../../../model/znode-path.ts';
import type { TimelineEntry } from '../../../state/read-timeline.ts';
import { formatDuration, formatTime } from '../../../terminal/format-bytes.ts';
import { cutTo, shortCommit } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';

export function renderTimeline(entries: readonly TimelineEntry[], style: Style): string[] {
  if (entries.length === 0) return ['no deployments yet'];
  const digits = entries.reduce((most, entry) => Math.max(most, String(revisionOf(entry)).length), 0);
  return entries.map((entry) => {
    const revision = String(revisionOf(entry)).padStart(digits);
    const rest = entry.kind === 'deployment' ? deploymentLine(entry.record) : eventLine(entry.event);
    return `${style.colours.bold(revision)}  ${cutTo(rest, style.width - digits - 2)}`;
  });
}

function revisionOf(entry: TimelineEntry): number {
  return entry.kind === 'deployment' ? entry.record.revision : entry.event.revision;
}

function deploymentLine(record: DeploymentRecord): string {
  const { created, updated, deleted } = record.counts;
  const took = new Date(record.ended).getTime() - new Date(record.started).getTime();
  return [
    shortCommit(record.commit).padEnd(12),
    formatTime(record.ended),
    escapeName(record.reason).padEnd(8),
    `+${created} ~${updated} -${deleted}`,
    ...(Number.isFinite(took) && took >= 0 ? [formatDuration(took)] : []),
    escapeName(record.actor),
    ...subjectOf(record),
  ].join('  ');
}

/** Of the newest commit, with its author: who asked for the deployment may be another. */
function subjectOf({ commits, commitsCut }: DeploymentRecord): string[] {
  const [first] = commits;
  if (first === undefined) return [];
  const more = commits.length + commitsCut - 1;
  return [
    `${escapeName(first.author)}: ${escapeName(first.subject)}${more > 0 ? ` (and ${more} more)` : ''}`,
  ];
}

/** Beside the revision that was applied then. */
function eventLine({ kind, time, who, why, until }: HoldEvent): string {
  return [
    (kind === 'hold' ? 'held' : 'resumed').padEnd(12),
    formatTime(time),
    `by ${escapeName(who)}${why === null ? '' : `: ${escapeName(why)}`}`,
    ...(until === null ? [] : [`until ${formatTime(until)}`]),
  ].join('  ');
}
