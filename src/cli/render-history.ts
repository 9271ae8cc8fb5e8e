/** Deployments, one a line, newest first. Pure. */
import { escapeName } from '../model/znode-path.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import { cutTo, formatDuration, formatTime, shortCommit } from './amounts.ts';
import type { Style } from './style.ts';

export function renderHistory(records: readonly DeploymentRecord[], style: Style): string[] {
  if (records.length === 0) return ['no deployments yet'];
  const digits = records.reduce((most, { revision }) => Math.max(most, String(revision).length), 0);
  return records.map((record) => renderRecord(record, digits, style));
}

function renderRecord(record: DeploymentRecord, digits: number, { colours, width }: Style): string {
  const revision = String(record.revision).padStart(digits);
  const { created, updated, deleted } = record.counts;
  const took = new Date(record.ended).getTime() - new Date(record.started).getTime();
  const rest = [
    shortCommit(record.commit).padEnd(12),
    formatTime(record.ended),
    escapeName(record.reason).padEnd(8),
    `+${created} ~${updated} -${deleted}`,
    ...(Number.isFinite(took) && took >= 0 ? [formatDuration(took)] : []),
    escapeName(record.actor),
    ...subjectOf(record),
  ].join('  ');
  return `${colours.bold(revision)}  ${cutTo(rest, width - digits - 2)}`;
}

function subjectOf({ commits, commitsCut }: DeploymentRecord): string[] {
  const [first] = commits;
  if (first === undefined) return [];
  const more = commits.length + commitsCut - 1;
  return [`${escapeName(first.subject)}${more > 0 ? ` (and ${more} more)` : ''}`];
}
