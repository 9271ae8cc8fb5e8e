/**
 * Finds the commit that a rollback goes back to. Without a wish it is that of the deployment before; the deployments that
 * an earlier rollback went back from do not count as such, or going back twice would lead to the one that was left.
 *
 * Chosen before the lock is taken: whoever asks means the deployments that they have seen. Two that go back at the same
 * moment mean the same commit, and the second finds it applied.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { HoldEnd } from '../../model/hold.ts';
import type { State } from '../../model/state.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { listRevisions, readRecord, readState } from '../../state/read-state.ts';

export interface RollbackRequest extends Pick<
  SyncRequest,
  'environment' | 'actor' | 'time' | 'why' | 'allowDeletes'
> {
  /** Default: the commit of the deployment before. */
  readonly to?: { readonly revision: number } | { readonly commit: string };
  /** Default: until it is lifted. */
  readonly until?: HoldEnd;
}

export async function rollbackTarget(
  channel: Channel,
  environment: Environment,
  { to }: Pick<RollbackRequest, 'to'>,
): Promise<string> {
  if (to !== undefined && 'commit' in to) return to.commit;
  if (to !== undefined) return await commitOf(channel, environment, to.revision);
  const { state } = await readState(channel, environment);
  // What a run that died was writing has no revision: back from there is what was whole last.
  if (state?.phase === 'applying' && state.commit !== null) return state.commit;
  const commit = state === undefined ? undefined : await commitBefore(channel, environment, state);
  if (commit !== undefined) return commit;
  throw new EnclosureError('revision-missing', 'there is nothing to go back to', {
    where: environment.name,
    expected: 'a deployment of another commit before the one that is applied',
    found: state === undefined ? 'no deployment' : `none before revision ${state.revision} in the history`,
    next: `Name a commit: enclosure rollback ${environment.name} --to COMMIT`,
  });
}

async function commitOf(channel: Channel, environment: Environment, revision: number): Promise<string> {
  const record = await readRecord(channel, environment, revision);
  if (record !== undefined) return record.commit;
  const revisions = await listRevisions(channel, environment);
  throw new EnclosureError('revision-missing', `the history has no revision ${revision}`, {
    where: environment.name,
    expected:
      revisions.length === 0
        ? 'a revision, of which there is none yet'
        : `a revision from ${revisions.at(-1)} to ${revisions[0]}`,
    found: String(revision),
    next: 'Name the commit instead, if it is known: --to COMMIT',
  });
}

async function commitBefore(
  channel: Channel,
  environment: Environment,
  { revision: applied, commit }: State,
): Promise<string | undefined> {
  let returning = false;
  let left: string | undefined;
  for (const revision of await listRevisions(channel, environment)) {
    if (revision > applied) continue;
    const record = await readRecord(channel, environment, revision);
    if (record === undefined) continue;
    if (record.commit === commit) {
      // A rollback: on to the deployment that it went back to, past those that it left.
      returning = record.reason === 'rollback';
    } else if (returning) {
      left ??= record.commit;
    } else {
      return record.commit;
    }
  }
  // It went back to a commit that was never deployed, or longer ago than the history reaches.
  return returning ? left : undefined;
}
