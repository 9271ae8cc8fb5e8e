/**
 * One `git fetch` of one ref into the local copy, bounded in time and in bytes. Leaves locks, retries and the making of
 * the copy to others. Fails with the errors of `fetch-failure.ts` and of `within-limits.ts`.
 */
import { withinLimits, type FetchOptions } from './within-limits.ts';
import { endedBy, fetchFailure } from '../process/fetch-failure.ts';
import { runRemote } from './run-remote.ts';

/** `source` is a full ref or a commit, `target` a ref of ours; both validated by the caller. A forced push is followed. */
export async function fetchRef(
  source: string,
  target: string,
  options: FetchOptions,
  branch?: string,
): Promise<void> {
  await withinLimits(options, async (signal) => {
    const { exit } = await runRemote(fetchArguments(source, target), options, signal);
    if (exit.code === 0) return;
    const secrets = options.credentials === undefined ? [] : [options.credentials];
    const context = { url: options.url.url, secrets, ...(branch === undefined ? {} : { branch }) };
    throw endedBy(signal, () => fetchFailure(exit, context));
  });
}

/** The URL goes between these and the refspec. */
function fetchArguments(source: string, target: string) {
  const quiet = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--quiet'];
  return { command: ['fetch', '--force', ...quiet], refspec: `+${source}:${target}` };
}
