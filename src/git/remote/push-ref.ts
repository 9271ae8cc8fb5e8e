/**
 * One `git push` of one commit to one ref, never forced. A remote that has moved on is an answer and no error; what
 * refuses the push for good, as a token without the right to write does, is `repository-denied`.
 *
 * The caller bounds it in time by its signal: what is pushed is small.
 */
import { abortedError, EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import { fetchFailure } from '../process/fetch-failure.ts';
import { redact } from '../process/redact.ts';
import { runRemote, type Remote } from './run-remote.ts';

/** How git says that somebody else was faster: seen before it sent anything, or by the server's lock on the ref. */
const overtaken =
  /\((?:fetch first|non-fast-forward|stale info|needs force|already exists|.*(?:cannot lock ref|failed to (?:lock|update ref)|incorrect old value|reference already exists).*)\)/i;

/** False when the ref has a commit that `commit` does not descend from. */
export async function pushRef(
  commit: string,
  ref: string,
  remote: Remote,
  signal: AbortSignal,
): Promise<boolean> {
  throwIfAborted(signal);
  const command = ['push', '--porcelain', '--no-verify', '--no-signed', '--recurse-submodules=no'];
  const { stdout, exit } = await runRemote({ command, refspec: `${commit}:${ref}` }, remote, signal);
  if (exit.code === 0) return true;
  if (signal.aborted) throw abortedError(signal);
  const secrets = remote.credentials === undefined ? [] : [remote.credentials];
  const rejected = rejectionIn(stdout.toString());
  if (rejected === undefined) throw fetchFailure(exit, { url: remote.url.url, secrets }, 'push');
  if (overtaken.test(rejected)) return false;
  throw new EnclosureError('repository-denied', `the repository does not take a push to ${ref}`, {
    where: remote.url.url,
    found: `"${escapeName(redact(rejected, secrets)).slice(0, 300)}"`,
    next: `Give the repository's credentials the right to push to ${ref}`,
  });
}

/** Of the line `! TAB from:to TAB [rejected] (why)`, the end. */
function rejectionIn(porcelain: string): string | undefined {
  return /^!\t[^\t]*\t(.*)$/m.exec(porcelain)?.[1];
}
