/** A live tree against the commit that is said to be applied. */
import type { DesiredTree } from '../../model/desired-tree.ts';
import { emptyContent } from '../../model/content-id.ts';
import type { OnProgress } from '../../model/progress.ts';
import type { State } from '../../model/state.ts';
import { desiredTree } from '../../sync/desired/desired-tree.ts';
import type { AuditSource } from '../../sync/open/audit-source.ts';
import { compareLive } from './compare-live.ts';
import { describeDrift } from './describe-drift.ts';
import type { Verification } from './verification.ts';

export interface VerifySource extends AuditSource {
  readonly onProgress?: OnProgress | undefined;
}

export type VerifiedTree = Pick<
  Verification,
  'basis' | 'tree' | 'znodes' | 'unknown' | 'drift' | 'unmanaged' | 'differences' | 'digest'
>;

/** Git has the commit. Fails as reading the tree or git does. */
export async function verifyCommit(
  { channel, repository, signal, onProgress }: VerifySource,
  { znode, mapping }: State,
  commit: string,
): Promise<VerifiedTree> {
  onProgress?.({ phase: 'compare', done: 0, total: 0 });
  const tree = await repository.treeAt(commit, mapping.directory, { signal });
  const { tree: held } = await desiredTree(repository, { commit, mapping, signal });
  const algorithm = repository.objectFormat;
  const root = { content: emptyContent[algorithm], size: 0 };
  // The root znode is always ours: the environment lives there, even when its directory is gone.
  const expected: DesiredTree = held.has('') ? held : new Map([['', root], ...held]);
  const live = await compareLive(channel, znode, expected, { algorithm, signal, onProgress });
  const drifted = await describeDrift({ repository, commit, mapping, expected, signal }, live);
  return {
    basis: 'commit',
    tree: tree ?? null,
    znodes: expected.size,
    unknown: 0,
    drift: drifted.map(({ path, kind }) => ({ path, kind })).toSorted(byPath),
    unmanaged: live.others.map(([path]) => path),
    differences: {
      changed: drifted.filter(({ kind }) => kind === 'changed'),
      missing: drifted.filter(({ kind }) => kind === 'missing'),
      unmanaged: live.others.map(([path, found]) => ({ path, found })),
    },
    digest: live.digest,
  };
}

type Placed = { readonly path: string };

export function byPath({ path: one }: Placed, { path: other }: Placed): number {
  return one < other ? -1 : 1;
}
