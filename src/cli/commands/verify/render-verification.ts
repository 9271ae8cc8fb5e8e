/** The result of a verification, and of a repair, for people. Pure. */
import { escapeName } from '../../../model/znode-path.ts';
import { count, formatBytes, formatDuration, formatTime } from '../../../terminal/format-bytes.ts';
import { renderError } from '../../../terminal/render-error.ts';
import { shortCommit, shownPath } from '../../../terminal/shown-path.ts';
import type { Style } from '../../../terminal/style.ts';
import type { RepairReport } from '../../../verbs/verify/repair-environment.ts';
import type {
  DriftedZnode,
  FoundZnode,
  UnmanagedZnode,
  Verification,
} from '../../../verbs/verify/verification.ts';
import { section } from '../../render/render-plan.ts';
import { renderSync } from '../sync/render-sync.ts';

/** Lines of one difference on a terminal. */
const shownLines = 20;

export function renderVerification(verification: Verification, style: Style): string[] {
  const { differences, phase, error } = verification;
  return [
    ...section('Drift, changed:', differences.changed, style, (drifted) => renderDrifted(drifted, style)),
    ...section('Drift, missing:', differences.missing, style, (drifted) => renderDrifted(drifted, style)),
    ...section('Unmanaged, left alone:', differences.unmanaged, style, renderUnmanaged),
    ...(phase === 'applying'
      ? ['A deployment is under way, or one has died half-way: what it has written counts as changed.']
      : []),
    ...(error === undefined ? [] : renderError(error, style)),
    verdictLine(verification, style),
  ];
}

export function renderRepair({ found, sync, left }: RepairReport, style: Style): string[] {
  if (sync === undefined || left === undefined) return renderVerification(found, style);
  return [...renderVerification(found, style), ...renderSync(sync, style), verdictLine(left, style)];
}

function verdictLine(verification: Verification, { colours }: Style): string {
  const { environment, revision, commit, znodes, unknown, basis, drift, durationMs } = verification;
  const at = basis === null ? 'nothing applied yet' : `revision ${revision}, commit ${shortCommit(commit)}`;
  const rest = unknown === 0 ? '' : `, nothing is known of ${unknown} more`;
  const compared = `${count(znodes, 'znode')} compared in ${formatDuration(durationMs)}${rest}`;
  return `${colours.bold(escapeName(environment))}: ${verdict(drift.length, basis, colours)} (${at}; ${compared})`;
}

function verdict(
  drifted: number,
  basis: Verification['basis'],
  { green, red, yellow }: Style['colours'],
): string {
  if (drifted > 0) return red(`drift in ${count(drifted, 'znode')}`);
  return basis === 'records' ? yellow('no drift as far as the records tell') : green('no drift');
}

function renderDrifted({ path, expected, found, difference }: DriftedZnode, style: Style): string[] {
  const { colours, terminal, verbose } = style;
  const sign = found === null ? colours.red('!') : colours.yellow('~');
  const lines = difference ?? [];
  // Of a missing znode git has all there is to see.
  const wanted = found === null && !verbose ? [] : lines;
  const shown = terminal && !verbose ? wanted.slice(0, shownLines) : wanted;
  const hidden = wanted.length - shown.length;
  return [
    `${sign} ${shownPath(path)}`,
    `    expected ${contentOf(expected.oid, expected.size)}`,
    ...(found === null ? [] : [`    found    ${describe(found)}`]),
    ...shown.map((line) => `    ${line}`),
    ...(hidden === 0 ? [] : [colours.dim(`    ... and ${hidden} more lines; --verbose shows all`)]),
  ];
}

function renderUnmanaged({ path, found }: UnmanagedZnode): string {
  return `${shownPath(path)}  ${describe(found)}`;
}

function describe({ oid, size, version, mtime, ephemeral }: FoundZnode): string {
  const kind = ephemeral ? ', ephemeral' : '';
  return `${contentOf(oid, size)}, version ${version}, set ${formatTime(mtime)}${kind}`;
}

function contentOf(oid: string, size: number | null): string {
  return `${oid.slice(0, 12)}${size === null ? '' : ` (${formatBytes(size)})`}`;
}
