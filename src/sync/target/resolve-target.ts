/** Finds the commit that a run leads to, and how it relates to the applied one. */
import type { GitRepository } from '../../model/git-repository.ts';
import type { SyncRequest } from '../../model/deployment.ts';
import type { Environment } from '../../model/environment.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { GuardInput } from '../plan/guard.ts';
import { withSignal } from '../plan/plan-input.ts';

/**
 * A webhook is a hint: the branch head is fetched now, and that is what gets applied. So pushes that were superseded
 * coalesce, and late or repeated deliveries change nothing. A manual run may name a commit instead.
 *
 * @param fetched the branch's head, where it is being fetched already
 */
export async function resolveTarget(
  repository: GitRepository,
  environment: Environment,
  request: Pick<SyncRequest, 'commit'>,
  signal: AbortSignal | undefined,
  fetched?: Promise<string>,
): Promise<string> {
  const head = await (fetched ?? repository.fetchBranch(environment.branch, withSignal(signal)));
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
  applied: string | null | undefined,
  target: string,
): Promise<GuardInput['descent']> {
  if (applied === undefined || applied === null || applied === target) return 'descends';
  if (!(await repository.hasCommit(applied))) return 'unknown';
  return (await repository.isAncestor(applied, target)) ? 'descends' : 'rewinds';
}
