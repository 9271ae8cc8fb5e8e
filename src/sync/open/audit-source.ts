import type { Environment } from '../../model/environment.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';

/** What questions about an environment's past are asked of: its state and records, its live tree, and git. */
export interface AuditSource {
  readonly environment: Environment;
  readonly channel: Channel;
  readonly repository: GitRepository;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether git still has a commit; where the local copy lacks it, the remote is asked. A remote that cannot be reached is
 * an error, not a commit that is gone.
 */
export async function hasCommit(
  { environment, repository, signal }: AuditSource,
  commit: string,
): Promise<boolean> {
  if (await repository.hasCommit(commit, { signal })) return true;
  try {
    await repository.fetchBranch(environment.branch, { signal });
  } catch (error) {
    if (!isEnclosureError(error, 'branch-missing')) throw error;
  }
  return (await repository.resolveCommit(commit, { signal })) !== undefined;
}
