/** A plan for people. Pure: data in, lines out. */
import type { Plan, Refusal, Step } from '../../model/plan.ts';
import { escapeName } from '../../model/znode-path.ts';
import { countSteps } from '../../state/make-record.ts';
import { count, formatBytes, formatDuration } from '../../terminal/format-bytes.ts';
import { shortCommit, shownPath } from '../../terminal/shown-path.ts';
import type { Style } from '../../terminal/style.ts';
import type { PlanReport } from '../../verbs/plan-environment.ts';
import { renderHold } from './render-hold.ts';

export function renderPlan({ plan, revision, durationMs, hold }: PlanReport, style: Style): string[] {
  const { bold, dim } = style.colours;
  const applied =
    plan.previousCommit === undefined
      ? 'nothing applied yet'
      : `revision ${revision}, commit ${shortCommit(plan.previousCommit)} applied`;
  return [
    `${bold(escapeName(plan.environment))}: commit ${shortCommit(plan.commit)}; ${applied}`,
    ...renderSteps(plan.steps, style),
    ...renderAdoption(plan, style),
    ...renderFindings(plan, style),
    `${planSummary(plan)} ${dim(`(${plan.mode} comparison, ${formatDuration(durationMs)})`)}`,
    ...(hold === undefined ? [] : renderHold(hold, style)),
  ];
}

function planSummary(plan: Plan): string {
  const { created, updated, deleted, unchanged } = countSteps(plan);
  if (plan.refusals.length > 0) return `Refused: sync would change nothing.`;
  if (plan.steps.length === 0) {
    const recorded =
      plan.landed.length === 0 ? '' : `; ${plan.landed.length} were already changed, and will be recorded`;
    return `No changes: ${count(unchanged, 'znode')} as they should be${recorded}.`;
  }
  return `${created} to create, ${updated} to update, ${deleted} to delete, ${unchanged} unchanged.`;
}

/** `+ create`, `~ update`, `- delete`; cut on a terminal, and it says so. */
export function renderSteps(steps: readonly Step[], style: Style): string[] {
  return list(steps, style, (step) => {
    const { sign, colour } = looks(step, style);
    return `  ${colour(`${sign} ${step.action}`)} ${formatBytes(step.bytes).padStart(10)}  ${shownPath(step.path)}`;
  });
}

function looks(step: Step, { colours }: Style): { sign: string; colour: (text: string) => string } {
  switch (step.action) {
    case 'create':
      return { sign: '+', colour: colours.green };
    case 'update':
      return { sign: '~', colour: colours.yellow };
    case 'delete':
      return { sign: '-', colour: colours.red };
  }
}

/** What a first deployment finds where somebody has been before, in three groups. */
export function renderAdoption({ adoption }: Plan, style: Style): string[] {
  if (adoption === undefined) return [];
  const { equal, different, unmanaged } = adoption;
  const group = (title: string, paths: readonly string[]): string[] =>
    section(`${title}: ${count(paths.length, 'znode')}`, paths, style, shownPath);
  const same = group('There already, as in git', equal);
  return [
    // Nothing becomes of these, and they may be thousands: how many there are is enough.
    ...(style.verbose ? same : same.slice(0, 1)),
    ...group('There already, with other data than in git', different),
    ...group('There already, not in git and left alone', unmanaged),
  ];
}

/** Everything that a plan says besides its steps: drift, foreign znodes, warnings and refusals. */
function renderFindings(plan: Plan, style: Style): string[] {
  return [
    ...section(
      'Drift, which no deployment made:',
      plan.drift,
      style,
      ({ path, kind }) => `${kind} ${shownPath(path)}`,
    ),
    ...(plan.adoption === undefined
      ? section('Unmanaged, left alone:', plan.unmanaged, style, shownPath)
      : []),
    ...section('Strays, once ours and not deleted without proof:', plan.strays, style, shownPath),
    ...renderWarnings(plan.warnings, style),
    ...renderRefusals(plan.refusals, style),
  ];
}

export function renderWarnings(warnings: readonly string[], style: Style): string[] {
  return list(warnings, style, (warning) => `${style.colours.yellow('warning')}: ${escapeName(warning)}`);
}

export function renderRefusals(refusals: readonly Refusal[], style: Style): string[] {
  return list(
    refusals,
    style,
    ({ code, message }) => `${style.colours.red(`refused[${code}]`)}: ${escapeName(message)}`,
  );
}

export function section<T>(
  title: string,
  entries: readonly T[],
  style: Style,
  lines: (entry: T) => string | readonly string[],
): string[] {
  const indented = (entry: T): string[] => [lines(entry)].flat().map((line) => `  ${line}`);
  return entries.length === 0 ? [] : [title, ...list(entries, style, indented)];
}

function list<T>(
  entries: readonly T[],
  { listLimit, colours }: Style,
  line: (entry: T) => string | readonly string[],
): string[] {
  const lines = entries.slice(0, listLimit).flatMap(line);
  const hidden = entries.length - Math.min(entries.length, listLimit);
  if (hidden > 0) lines.push(colours.dim(`  ... and ${hidden} more; --verbose shows all`));
  return lines;
}
