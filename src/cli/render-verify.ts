/** The result of a verification, for people. Pure. */
import { escapeName } from '../model/znode-path.ts';
import type { Verification } from '../sync/contract.ts';
import { count, formatDuration, shortCommit, shownPath } from './amounts.ts';
import { section } from './render-plan.ts';
import type { Style } from './style.ts';

export function renderVerification(verification: Verification, style: Style): string[] {
  const { environment, revision, commit, znodes, drift, unmanaged, durationMs } = verification;
  const { bold, green, red } = style.colours;
  const at = revision === 0 ? 'nothing applied yet' : `revision ${revision}, commit ${shortCommit(commit)}`;
  const verdict = drift.length === 0 ? green('no drift') : red(`drift in ${count(drift.length, 'znode')}`);
  return [
    ...section(
      'Drift:',
      drift,
      style,
      ({ path, kind }) => `${kind === 'changed' ? '~' : '!'} ${kind} ${shownPath(path)}`,
    ),
    ...section('Unmanaged, left alone:', unmanaged, style, shownPath),
    `${bold(escapeName(environment))}: ${verdict} (${at}; ${count(znodes, 'znode')} compared in ${formatDuration(durationMs)})`,
  ];
}
