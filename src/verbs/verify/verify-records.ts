/**
 * What can still be said of a live tree whose commit git no longer has: the deployment records name what the last
 * deployments wrote and deleted, by the contents' identities. Of the rest it is only known how much it is.
 */
import type { State } from '../../model/state.ts';
import { readTimeline } from '../../state/read-timeline.ts';
import { compareLive } from './compare-live.ts';
import { knownFromRecords } from './known-from-records.ts';
import type { DriftedZnode } from './verification.ts';
import { byPath, type VerifiedTree, type VerifySource } from './verify-commit.ts';

/** Fails as reading the tree does. */
export async function verifyRecords(
  { environment, channel, signal, onProgress }: VerifySource,
  { znode, znodes, revision }: State,
  commit: string,
): Promise<VerifiedTree> {
  // A record that cannot be read is a gap, and what is older than a gap is not believed.
  const entries = await readTimeline(channel, environment, Infinity, () => undefined);
  const records = entries.flatMap((entry) => (entry.kind === 'deployment' ? [entry.record] : []));
  const known = knownFromRecords(records, revision);
  // Without git: the ids that it gave tell how it made them.
  const algorithm = commit.length === 64 ? 'sha256' : 'sha1';
  const live = await compareLive(channel, znode, known.held, { algorithm, signal, onProgress });
  const expected = (path: string) => ({ oid: known.held.get(path)?.content ?? '', size: null });
  const changed = live.changed.map(([path, found]): DriftedZnode => ({
    path,
    kind: 'changed',
    expected: expected(path),
    found,
    difference: null,
  }));
  const missing = live.missing.map((path): DriftedZnode => ({
    path,
    kind: 'missing',
    expected: expected(path),
    found: null,
    difference: null,
  }));
  const unmanaged = live.others
    .filter(([path]) => known.deleted.has(path))
    .map(([path, found]) => ({ path, found }));
  return {
    basis: 'records',
    tree: null,
    znodes: known.held.size,
    unknown: Math.max(0, znodes - known.held.size),
    drift: [...changed, ...missing].map(({ path, kind }) => ({ path, kind })).toSorted(byPath),
    unmanaged: unmanaged.map(({ path }) => path),
    differences: { changed, missing, unmanaged },
    digest: live.digest,
  };
}
