import { hasCommit, type AuditSource } from '../open/audit-source.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { mappingDigest, mappingOf } from '../../state/mapping-digest.ts';
import { readState } from '../../state/read-state.ts';

/**
 * The commit that a repair leads to: the one that is applied now, under the lock. Fails with `conflict` where a deployment
 * has come in between that maps files in another way than the repair was begun with.
 */
export async function appliedTarget(source: AuditSource): Promise<string> {
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
  throw new EnclosureError('commit-missing', 'the applied commit can no longer be had from git', {
    where: environment.repository.url,
    expected: state.commit,
    next: `Bring the environment to the branch head with: enclosure sync ${environment.name} --allow-rewind`,
  });
}
