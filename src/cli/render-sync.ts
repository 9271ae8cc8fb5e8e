/** What a sync did, for people. Pure. */
import { escapeName } from '../model/znode-path.ts';
import type { SyncResult } from '../model/deployment.ts';
import type { SyncReport } from '../sync/contract.ts';
import { count, formatDuration, shortCommit } from './amounts.ts';
import { renderRefusals, renderSteps, renderWarnings, section } from './render-plan.ts';
import { shownPath } from './amounts.ts';
import type { Style } from './style.ts';

export function renderSync({ result, plan }: SyncReport, style: Style): string[] {
  const refused = result.outcome === 'refused';
  return [
    ...(style.verbose ? renderSteps(plan.steps, style) : []),
    ...(style.verbose
      ? section('Drift:', plan.drift, style, ({ path, kind }) => `${kind} ${shownPath(path)}`)
      : []),
    ...renderWarnings(plan.warnings, style),
    ...(refused ? renderRefusals(plan.refusals, style) : []),
    `${style.colours.bold(escapeName(result.environment))}: ${outcomeLine(result, style)}`,
    ...(result.outcome === 'applied' ? [`  ${workLine(result)}`] : []),
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
      return `${colours.red('refused')}, nothing was changed; still ${result.revision === 0 ? 'without a deployment' : `at ${at}`}`;
    case 'failed':
      return colours.red('failed');
  }
}

function workLine({ counts, transactions, durationMs }: SyncResult): string {
  const { created, updated, deleted, unchanged } = counts;
  const work = `${created} created, ${updated} updated, ${deleted} deleted, ${unchanged} unchanged`;
  return `${work}; ${count(transactions, 'transaction')}, ${formatDuration(durationMs)}`;
}
