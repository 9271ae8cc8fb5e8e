/** What a sync did, for people. Pure. */
import type { SyncReport } from '../../../model/sync/sync-report.ts';
import type { SyncResult } from '../../../model/sync/sync-result.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatDuration } from '../../../terminal/format-bytes.ts';
import { shortCommit, shownPath } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import { auditNotesLine } from '../../render/audit-notes-line.ts';
import { renderHold } from '../../render/render-hold.ts';
import {
  renderAdoption,
  renderRefusals,
  renderSteps,
  renderWarnings,
  section,
} from '../../render/render-plan.ts';

export function renderSync({ result, plan, hold, notes }: SyncReport, style: Style): string[] {
  const refused = result.outcome === 'refused';
  const unnoted = notes && auditNotesLine(notes, style);
  return [
    ...(style.verbose ? renderSteps(plan.steps, style) : []),
    ...renderAdoption(plan, style),
    ...(style.verbose
      ? section('Drift:', plan.drift, style, ({ path, kind }) => `${kind} ${shownPath(path)}`)
      : []),
    ...renderWarnings(plan.warnings, style),
    ...(refused ? renderRefusals(plan.refusals, style) : []),
    `${style.colours.bold(escapeName(result.environment))}: ${outcomeLine(result, style)}`,
    ...(result.outcome === 'applied' ? [`  ${workLine(result)}`] : []),
    ...(hold === undefined ? [] : renderHold(hold, style)),
    ...(unnoted === undefined ? [] : [`  audit notes: ${unnoted}`]),
  ];
}

function outcomeLine(result: SyncResult, { colours }: Style): string {
  const at = `revision ${result.revision}, commit ${shortCommit(result.commit)}`;
  switch (result.outcome) {
    case 'applied': {
      const before = result.previousCommit === null ? '' : ` (before: ${shortCommit(result.previousCommit)})`;
      return `${colours.green('applied')}, now ${at}${before}`;
    }
    case 'unchanged':
      return `unchanged at ${at} (${formatDuration(result.durationMs)})`;
    case 'refused':
      return `${colours.red('refused')}, nothing was changed; still ${stillAt(result)}`;
    case 'held':
      return `${colours.yellow('held')}, nothing was changed; still ${stillAt(result)}`;
    case 'failed':
      return colours.red('failed');
  }
}

function stillAt({ revision, commit }: SyncResult): string {
  return revision === 0 ? 'without a deployment' : `at revision ${revision}, commit ${shortCommit(commit)}`;
}

function workLine({ counts, transactions, durationMs }: SyncResult): string {
  const { created, updated, deleted, unchanged } = counts;
  const work = `${created} created, ${updated} updated, ${deleted} deleted, ${unchanged} unchanged`;
  return `${work}; ${count(transactions, 'transaction')}, ${formatDuration(durationMs)}`;
}
