/** One deployment as `history --show` tells it: the whole record, then what it changed. Pure. */
import type { DeploymentRecord } from '../../../model/deployment-record.ts';
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatDuration, formatTime } from '../../../terminal/format-bytes.ts';
import { shortCommit, shownPath } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import type { ChangedZnode, DeploymentDetails } from '../../../verbs/history/deployment-details.ts';

export function renderDeployment({ record, differences }: DeploymentDetails, style: Style): string[] {
  const { bold } = style.colours;
  return [
    `${bold(escapeName(record.environment))}: revision ${record.revision}, applied ${formatTime(record.ended)}`,
    ...rows(record).map(([label, value]) => `  ${label.padEnd(9)} ${value}`),
    ...commitLines(record),
    ...differences.flatMap((difference) => renderChange(difference, style)),
  ];
}

function rows(record: DeploymentRecord): [label: string, value: string][] {
  const { created, updated, deleted, unchanged } = record.counts;
  const took = new Date(record.ended).getTime() - new Date(record.started).getTime();
  const delivery = record.delivery === null ? '' : `, delivery ${escapeName(record.delivery)}`;
  return [
    ['commit', record.commit],
    ['before', record.previousCommit ?? 'nothing'],
    ['asked by', `${escapeName(record.actor)} (${escapeName(record.reason)}${delivery})`],
    ...(record.message === undefined ? [] : [['why', escapeName(record.message)] as [string, string]]),
    [
      'work',
      `${created} created, ${updated} updated, ${deleted} deleted, ${unchanged} unchanged; ` +
        `${count(record.transactions, 'transaction')}, ${escapeName(record.mode)} comparison` +
        (Number.isFinite(took) && took >= 0 ? `, ${formatDuration(took)}` : ''),
    ],
  ];
}

function commitLines({ commits, commitsCut }: DeploymentRecord): string[] {
  if (commits.length === 0) return [];
  return [
    '  commits',
    ...commits.map(
      ({ sha, author, subject }) => `    ${shortCommit(sha)}  ${escapeName(author)}: ${escapeName(subject)}`,
    ),
    ...(commitsCut > 0 ? [`    and ${commitsCut} more`] : []),
  ];
}

const signs = { create: '+', update: '~', delete: '-' } as const;

function renderChange({ path, action, lines }: ChangedZnode, style: Style): string[] {
  return [
    '',
    style.colours.bold(`${signs[action]} ${action} ${shownPath(path)}`),
    ...renderDifference(lines, style),
  ];
}

/** The lines of a difference with the colours that every diff has. Pure. */
function renderDifference(lines: readonly string[], { colours }: Style): string[] {
  return lines.map((line) => {
    if (line.startsWith('--- ') || line.startsWith('+++ ')) return colours.bold(line);
    if (line.startsWith('@@ ')) return colours.cyan(line);
    if (line.startsWith('+')) return colours.green(line);
    return line.startsWith('-') ? colours.red(line) : line;
  });
}
