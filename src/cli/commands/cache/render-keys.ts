/** The namespaces of the bulk call cache, and the keys of one: a line each. Pure. */
import { type KeyReport, keyStates } from '../../../cache/operator/key-report.ts';
import { level2Place } from '../../../cache/operator/reach-level2.ts';
import { escapeName } from '../../../model/znode-path.ts';
import type { NamespaceSummary } from '../../../report/documents/namespace-summary.ts';
import { count, formatBytes } from '../../../terminal/format-bytes.ts';
import { renderError } from '../../../terminal/render-error.ts';
import { cutTo } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import { keyFacts, stateColour } from './key-facts.ts';

const longestName = 40;
/** Of a digest, where nobody copies it. */
const shownDigits = 12;
const stateWidth = 'invalidated'.length;

export function renderNamespaces(
  namespaces: readonly NamespaceSummary[],
  ensemble: string,
  style: Style,
): string[] {
  const { bold } = style.colours;
  if (namespaces.length === 0) return [`${bold(escapeName(ensemble))}: no namespace of the cache`];
  return namespaces.flatMap((summary) => [
    `${bold(escapeName(summary.namespace))}: ${namespaceFacts(summary, style)}`,
    `  level 2  ${summary.level2 === undefined ? 'unknown' : escapeName(level2Place(summary.level2))}`,
    ...(summary.problem === undefined ? [] : renderError(summary.problem, style).map((line) => `  ${line}`)),
  ]);
}

/** `generation 3, 12 keys: 10 ready, 1 filling, 1 failed; 3.4 MiB`. */
function namespaceFacts({ generation, keys, states, bytes }: NamespaceSummary, { colours }: Style): string {
  const parts = keyStates
    .filter((state) => states[state] > 0)
    .map((state) => stateColour(state, colours)(`${states[state]} ${state}`));
  const of = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `generation ${generation ?? 'unknown'}, ${count(keys, 'key')}${of}; ${formatBytes(bytes)}`;
}

/** @param now ensemble's time */
export function renderKeys(
  summary: NamespaceSummary,
  reports: readonly KeyReport[],
  now: number,
  style: Style,
): string[] {
  const { dim } = style.colours;
  const shown = reports.slice(0, style.listLimit);
  const hidden = reports.length - shown.length;
  const longest = shown.reduce((most, report) => Math.max(most, keyText(report).length), 3);
  const fixed = stateWidth + 2;
  const nameWidth = Math.max(1, Math.min(longest, longestName, style.width - fixed - 2));
  const line = (name: string, state: string, rest: string, colour: (text: string) => string): string =>
    `${cutTo(name, nameWidth).padEnd(nameWidth)}  ${colour(state.padEnd(stateWidth))}  ` +
    cutTo(rest, style.width - nameWidth - fixed - 2);
  const heading = columns('digest', 'epoch', 'items', 'bytes', '');
  return [
    ...(reports.length === 0 ? [] : [dim(line('key', 'state', heading.trimEnd(), (text) => text))]),
    ...shown.map((report) =>
      line(keyText(report), report.state, keyColumns(report, now), stateColour(report.state, style.colours)),
    ),
    ...(hidden === 0 ? [] : [dim(`... and ${hidden} more; --verbose shows all`)]),
    ...renderNamespaces([summary], '', style),
  ];
}

/** As it is shown; a key of which nothing is known has none. */
function keyText({ facts }: KeyReport): string {
  return facts === undefined ? '-' : escapeName(facts.key);
}

function keyColumns(report: KeyReport, now: number): string {
  const { facts, progress, state } = report;
  const shown = keyFacts(report, now);
  const of = state === 'filling' || state === 'abandoned' ? progress : facts?.result;
  const items = of === null || of === undefined ? undefined : 'items' in of ? of.items : of.count;
  return columns(
    report.digest.slice(0, shownDigits),
    String(facts?.epoch ?? '-'),
    String(items ?? '-'),
    of === null || of === undefined ? '-' : formatBytes(of.bytes),
    shown,
  );
}

function columns(digest: string, epoch: string, items: string, bytes: string, facts: string): string {
  return [digest.padEnd(shownDigits), epoch.padStart(5), items.padStart(9), bytes.padStart(11), facts].join(
    '  ',
  );
}
