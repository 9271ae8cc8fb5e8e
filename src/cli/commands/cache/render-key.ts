/** One key of the bulk call cache, with all that is known of it. Pure. */
import type { KeyInLevel2 } from '../../../cache/operator/inspect-level2.ts';
import type { KeyReport } from '../../../cache/operator/key-report.ts';
import { level2Place } from '../../../cache/operator/reach-level2.ts';
import { escapeName } from '../../../model/znode-path.ts';
import type { ShownKey } from '../../../report/documents/key-json.ts';
import { count, formatBytes, formatTime } from '../../../terminal/format-bytes.ts';
import { renderError } from '../../../terminal/render-error.ts';
import type { Style } from '../../../terminal/style.ts';
import { keyFacts, stateColour } from './key-facts.ts';

type Row = readonly [label: string, value: string];

export function renderKey(shown: ShownKey, style: Style): string[] {
  const { namespace, report, readers, level2, now } = shown;
  const { bold } = style.colours;
  const { facts, state } = report;
  const name = facts === undefined ? report.digest : escapeName(facts.key);
  const colour = stateColour(state, style.colours);
  const rows: Row[] = [
    ['state', `${colour(state)}, ${keyFacts(report, now)}`],
    ['digest', report.digest],
    ...(facts === undefined ? [] : [['epoch', String(facts.epoch)] as Row]),
    ['modified', timeOf(report.modified)],
    ...fillingRows(report),
    ...failureRows(report),
    ...resultRows(report),
    [
      'readers',
      readers.length === 0 ? 'nobody reads along' : readers.map((id) => `session ${id}`).join(', '),
    ],
    ['level 2', namespace.level2 === undefined ? 'unknown' : escapeName(level2Place(namespace.level2))],
    ...(level2.folder === undefined ? [] : [['folder', escapeName(level2.folder)] as Row]),
    ...(level2.error === undefined ? [['objects', objectsOf(level2, style)] as Row] : []),
  ];
  return [
    `${bold(escapeName(namespace.namespace))}: ${bold(name)}`,
    ...rows.map(([label, value]) => `  ${label.padEnd(8)} ${value}`),
    ...(level2.error === undefined ? [] : renderError(level2.error, style).map((line) => `  ${line}`)),
  ];
}

function fillingRows({ facts, progress }: KeyReport): Row[] {
  const { filling = null } = facts ?? {};
  if (filling === null) return [];
  const { owner, since, token } = filling;
  const { parts = 0, items = 0, bytes = 0, complete = false } = progress ?? {};
  return [
    ['filler', `${escapeName(owner)} since ${timeOf(since)}, token ${escapeName(token)}`],
    [
      'progress',
      `${count(items, 'item')}, ${formatBytes(bytes)} in ${count(parts, 'part')}; ` +
        (complete ? 'the call has ended' : 'the call is under way'),
    ],
  ];
}

function failureRows({ facts }: KeyReport): Row[] {
  const { failure = null } = facts ?? {};
  if (failure === null) return [];
  return [['failure', `${escapeName(failure.class)}, not called again before ${timeOf(failure.retryAfter)}`]];
}

function resultRows({ facts }: KeyReport): Row[] {
  const { result = null } = facts ?? {};
  if (result === null) return [];
  const { epoch, token, generation, expires, digest } = result;
  const end = expires === null ? 'good until invalidated' : `expires ${timeOf(expires)}`;
  return [
    ['result', `${count(result.count, 'item')}, ${formatBytes(result.bytes)}, ${end}`],
    ['made', `in epoch ${epoch}, generation ${generation}, token ${escapeName(token)}`],
    ['manifest', escapeName(digest)],
  ];
}

function objectsOf(
  { manifest, parts = 0, missing = 0, objects = 0 }: KeyInLevel2,
  { colours }: Style,
): string {
  const all = count(objects, 'object');
  if (manifest === undefined) return all;
  if (manifest !== 'there') {
    return `${all}; ${colours.red(`the manifest is ${manifest}`)}: the next caller makes the call again`;
  }
  const there = `${all}; ${colours.green('the manifest is there')}`;
  if (missing === 0) return `${there} with its ${count(parts, 'part')}`;
  return `${there}, ${colours.red(`${missing} of its ${count(parts, 'part')} missing`)}: the next reader makes the call again`;
}

function timeOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : formatTime(date.toISOString());
}
