/**
 * The head that a branch has at the remote now, by one `git ls-remote`: nothing is fetched. Fails as a fetch of the
 * branch would (`branch-missing`, `repository-denied`, ...).
 */
import { withinLimits, type FetchOptions } from './within-limits.ts';
import { endedBy, fetchFailure } from '../process/fetch-failure.ts';
import type { GitExit } from '../process/git-process.ts';
import { runRemote } from './run-remote.ts';

/** `branch` was checked by the caller: it holds no pattern. */
export async function listHead(branch: string, options: FetchOptions): Promise<string> {
  const ref = `refs/heads/${branch}`;
  return await withinLimits(options, async (signal) => {
    // Only the heads: some hosts have a hundred thousand refs besides. Branches that end alike are listed as well.
    const command = ['ls-remote', '--quiet', '--heads'];
    const { stdout, exit } = await runRemote({ command, refspec: ref }, options, signal);
    const fail = (failed: GitExit): never => {
      const secrets = options.credentials === undefined ? [] : [options.credentials];
      throw endedBy(signal, () =>
        fetchFailure(failed, { url: options.url.url, secrets, branch }, 'ls-remote'),
      );
    };
    if (exit.code !== 0) return fail(exit);
    const head = stdout
      .toString()
      .split('\n')
      .map((line) => line.split('\t'))
      .find(([, name]) => name === ref)?.[0];
    if (head !== undefined && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(head)) return head;
    // As git fetch says it, so that both ways give the same error.
    return fail({ ...exit, code: 128, stderr: `fatal: couldn't find remote ref ${ref}` });
  });
}
