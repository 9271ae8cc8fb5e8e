/** Finds the commit that a run leads to, and how it relates to the applied one. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { withSignal } from '../../base/with-signal.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';
import type { Descent } from '../../model/plan.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { mappingDigest, mappingOf } from '../../state/mapping-digest.ts';
import { readState } from '../../state/read-state.ts';
import { type AuditSource, hasCommit } from '../open/audit-source.ts';
import type { FetchAhead } from '../open/fetch-ahead.ts';

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
): Promise<Descent> {
  if (applied === undefined || applied === null || applied === target) return 'descends';
  if (!(await repository.hasCommit(applied))) return 'unknown';
  return (await repository.isAncestor(applied, target)) ? 'descends' : 'rewinds';
}

/**
 * The commit that a repair leads to: the one that is applied now, under the lock. Fails with `conflict` where a deployment
 * has come in between that maps files in another way than the repair was begun with.
 */
async function appliedTarget(source: AuditSource): Promise<string> {
  const { environment, channel } = source;
  const { state } = await readState(channel, environment);
  const digest = mappingDigest(mappingOf(environment), environment.znode);
  if (state === undefined || state.commit === null || state.mappingDigest !== digest) {
    throw new EnclosureError('conflict', 'another deployment came before the repair', {
      where: environment.name,
      next: 'Verify it again.',
    });
  }
  if (await hasCommit(source, state.commit)) return state.commit;
  throw new EnclosureError('commit-missing', 'git no longer has the applied commit', {
    where: environment.repository.url,
    expected: state.commit,
    next: `Bring the environment to the branch head with: enclosure sync ${environment.name} --allow-rewind`,
  });
}

/** The commit that a run under the lock leads to. */
export interface Target {
  readonly commit: string;
  /** How it relates to the applied commit. */
  readonly descent: Descent;
}

export interface TargetInput {
  readonly environment: Environment;
  readonly request: SyncRequest;
  readonly fetching: FetchAhead;
  readonly channel: Channel;
  readonly signal: AbortSignal;
}

/**
 * @param applied the commit that the state names
 * @param before what the run led to when its plan was made before: a run leads to one commit
 */
export async function takeTarget(
  input: TargetInput,
  applied: string | null | undefined,
  before: string | undefined,
): Promise<Target> {
  const { repository } = input.fetching;
  const related = async (commit: string): Promise<Target> => ({
    commit,
    descent: await descentOf(repository, applied, commit),
  });
  if (before !== undefined) return await related(before);
  const ahead = input.fetching.take();
  const first = await related(await findTarget(input, ahead));
  if (first.descent === 'descends' || ahead === undefined) return first;
  // Another run may have fetched later than we and had the lock before us: no rewind before the head was asked for again.
  return await related(await findTarget(input));
}

async function findTarget(
  { environment, request, fetching: { repository }, channel, signal }: TargetInput,
  fetched?: Promise<string>,
): Promise<string> {
  return request.repair === true
    ? await appliedTarget({ environment, repository, channel, signal })
    : await resolveTarget(repository, environment, request, signal, fetched);
}
