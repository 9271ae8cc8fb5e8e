/** What an environment was, as a list of its znodes. Pure. */
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatBytes, formatTime } from '../../../terminal/format-bytes.ts';
import { shortCommit, shownPath } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import type { EnvironmentAt } from '../../../verbs/environment-at.ts';

export function renderAt(then: EnvironmentAt, { colours }: Style): string[] {
  const { environment, revision, commit, applied, znodes } = then;
  const since = applied === null ? '' : `, applied ${formatTime(applied)}`;
  return [
    `${colours.bold(escapeName(environment))}: revision ${revision}, commit ${shortCommit(commit)}${since}; ${count(znodes.length, 'znode')}`,
    ...znodes.map(
      ({ path, oid, size }) => `  ${shortCommit(oid)} ${formatBytes(size).padStart(10)}  ${shownPath(path)}`,
    ),
  ];
}
