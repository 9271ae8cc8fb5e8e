/** Who set a znode: a block for one, a line each for a tree. Pure. */
import { escapeName } from '../../../model/znode-path.ts';
import { formatBytes, formatTime } from '../../../terminal/format-bytes.ts';
import { cutTo, shortCommit, shownPath } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import type { Blame, BlameEntry } from '../../../verbs/blame/blame-entry.ts';

export function renderBlame({ entries }: Blame, style: Style): string[] {
  return entries.flatMap((entry) => [
    style.colours.bold(escapeName(entry.znode)),
    ...rows(entry, style).map(([label, value]) => `  ${label.padEnd(10)} ${value}`),
  ]);
}

/** Commit, its author and time, the revision that brought it, whether it is still so, and the path. */
export function renderBlameTree({ entries }: Blame, style: Style): string[] {
  const authors = entries.map(({ commit }) => escapeName(commit?.author ?? '?'));
  const width = Math.min(20, Math.max(0, ...authors.map((author) => author.length)));
  return entries.map((entry, index) => {
    const { commit, deployment, live, path } = entry;
    const start = [
      shortCommit(commit?.sha ?? null).padEnd(12),
      cutTo(authors[index] ?? '?', width).padEnd(width),
      (typeof commit?.time === 'string' ? formatTime(commit.time) : '?').padEnd(20),
      (deployment === null ? '?' : `r${deployment.revision}`).padStart(5),
    ].join('  ');
    return `${start}  ${marked(live.verdict, style)}  ${shownPath(path)}`;
  });
}

const marks = { same: '      ', changed: 'edited', missing: 'gone  ' } as const;

function marked(verdict: BlameEntry['live']['verdict'], { colours }: Style): string {
  return verdict === 'same' ? marks.same : colours.red(marks[verdict]);
}

function rows(entry: BlameEntry, style: Style): [label: string, value: string][] {
  return [
    ['commit', commitOf(entry)],
    [
      'file',
      entry.file === null
        ? 'none: a znode without data; the commit is the last below it'
        : escapeName(entry.file),
    ],
    ['deployment', deploymentOf(entry)],
    ...(entry.remark === undefined ? [] : [['note', escapeName(entry.remark)] as [string, string]]),
    ['live', liveOf(entry, style)],
  ];
}

function commitOf({ commit }: BlameEntry): string {
  if (commit === null) return 'not known';
  const { sha, author, subject, time } = commit;
  const when = time === null ? '' : ` of ${formatTime(time)}`;
  return `${shortCommit(sha)}${when} by ${escapeName(author)}: ${escapeName(subject)}`;
}

function deploymentOf({ deployment }: BlameEntry): string {
  if (deployment === null) return 'not known';
  const { revision, ended, actor, reason } = deployment;
  return `revision ${revision} at ${formatTime(ended)} by ${escapeName(actor)} (${escapeName(reason)})`;
}

function liveOf({ live }: BlameEntry, { colours }: Style): string {
  switch (live.verdict) {
    case 'same':
      return `${colours.green('as applied')}, version ${live.version}`;
    case 'changed':
      return (
        `${colours.red('edited by hand since')}: set ${formatTime(live.modified)}, ` +
        `version ${live.version}, ${formatBytes(live.size)}, blob ${shortCommit(live.oid)}`
      );
    case 'missing':
      return colours.red('not there any more');
  }
}
