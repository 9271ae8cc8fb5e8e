/** Finds the commit that a run leads to, and how it relates to the applied one. */
import type { GitRepository } from '../model/git.ts';
import type { SyncRequest } from '../model/deployment.ts';
import type { Environment } from '../model/environment.ts';
import { EnclosureError } from '../model/errors.ts';
import type { GuardInput } from '../plan/guards.ts';

/**
 * A webhook is a hint: the branch head is fetched now, and that is what gets applied. So pushes that were superseded
 * coalesce, and late or repeated deliveries change nothing. A manual run may name a commit instead.
 */
export async function resolveTarget(
  repository: GitRepository,
  environment: Environment,
  request: Pick<SyncRequest, 'commit'>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const head = await repository.fetchBranch(environment.branch, signal === undefined ? {} : { signal });
  if (request.commit === undefined) return head;
  const commit = await repository.resolveCommit(request.commit);
  if (commit !== undefined) return commit;
  throw new EnclosureError('commit-missing', 'the repository has no such commit', {
    where: environment.repository.url,
    expected: `a commit id, whole or abbreviated, that branch "${environment.branch}" holds`,
    found: request.commit,
    next: 'Look at the branch with git log, and check that the commit was pushed.',
  });
}

export async function descentOf(
  repository: GitRepository,
  applied: string | undefined,
  target: string,
): Promise<GuardInput['descent']> {
  if (applied === undefined || applied === target) return 'descends';
  if (!(await repository.hasCommit(applied))) return 'unknown';
  return (await repository.isAncestor(applied, target)) ? 'descends' : 'rewinds';
}
