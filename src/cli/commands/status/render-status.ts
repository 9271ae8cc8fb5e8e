/** The status of environments, a block each. Pure. */
import type { DeploymentRecord } from '../../../model/deployment-record.ts';
import type { Holder } from '../../../model/holder.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatTime } from '../../../terminal/format-bytes.ts';
import { renderError } from '../../../terminal/render-error.ts';
import { shortCommit } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import type { EnvironmentStatus } from '../../../verbs/read-status.ts';
import { auditNotesLine } from '../../render/audit-notes-line.ts';
import { holdLine } from '../../render/render-hold.ts';
import { membersLine } from '../members/render-members.ts';

export function renderStatus(entries: readonly EnvironmentStatus[], style: Style): string[] {
  return entries.flatMap((entry, index) => [...(index === 0 ? [] : ['']), ...renderEntry(entry, style)]);
}

function renderEntry(entry: EnvironmentStatus, style: Style): string[] {
  const { bold } = style.colours;
  const from = `${escapeName(entry.repository)}, branch ${escapeName(entry.branch)}`;
  return [
    `${bold(escapeName(entry.environment))} at ${escapeName(entry.znode)} from ${from}`,
    ...(entry.error === undefined
      ? rows(entry, style).map(([label, value]) => `  ${label.padEnd(9)} ${value}`)
      : renderError(entry.error, style).map((line) => `  ${line}`)),
  ];
}

function rows(entry: EnvironmentStatus, style: Style): [label: string, value: string][] {
  const { holder, waiters, hold, last, members } = entry;
  const notes = entry.notes && auditNotesLine(entry.notes, style);
  return [
    ['revision', revisionOf(entry, style)],
    ...(hold === undefined ? [] : [['held', style.colours.yellow(holdLine(hold))] as [string, string]]),
    ...(holder === undefined ? [] : [['lock', `held by ${holderLine(holder)}`] as [string, string]]),
    ...waiters.map((waiter): [string, string] => ['waiting', holderLine(waiter)]),
    ...(last === undefined ? [] : [['last', lastLine(last)] as [string, string]]),
    ...(notes === undefined ? [] : [['notes', notes] as [string, string]]),
    ...(members === undefined || members.total === 0
      ? []
      : [['members', membersLine(members, entry.state, style)] as [string, string]]),
  ];
}

function revisionOf({ state }: EnvironmentStatus, { colours }: Style): string {
  if (state === undefined) return 'nothing applied yet';
  const at = `${state.revision}, commit ${shortCommit(state.commit)}, ${count(state.znodes, 'znode')}`;
  if (state.phase === 'applied') return `${at}, ${colours.green('applied')} ${formatTime(state.time)}`;
  const { target } = state;
  const goal =
    target === undefined ? '' : ` revision ${target.revision}, commit ${shortCommit(target.commit)}`;
  return `${at}, ${colours.yellow('applying')}${goal} since ${formatTime(state.time)}`;
}

function holderLine({ who, host, pid, since, done, total }: Holder): string {
  const progress = done === undefined || total === undefined ? '' : `, ${done} of ${total} operations`;
  return `${escapeName(who)} (${escapeName(host)}, pid ${pid}) since ${formatTime(since)}${progress}`;
}

function lastLine({ revision, reason, actor, ended, counts }: DeploymentRecord): string {
  const work = `+${counts.created} ~${counts.updated} -${counts.deleted}`;
  return `revision ${revision} by ${escapeName(actor)} (${escapeName(reason)}) ${formatTime(ended)}, ${work}`;
}
