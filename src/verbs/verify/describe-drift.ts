/** The drift of a live tree with all that is known of each znode: what it should hold, what it holds, and what differs. */
import type { ContentId } from '../../model/content-id.ts';
import type { DesiredTree } from '../../model/desired-tree.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';
import type { Mapping } from '../../model/state.ts';
import { contentsOf } from '../../sync/desired/contents-of.ts';
import { describeDifference } from '../past/describe-difference.ts';
import { placedZnodes } from '../past/placed-znodes.ts';
import type { LiveComparison } from './compare-live.ts';
import type { DriftedZnode } from './verification.ts';

export interface DriftSource {
  readonly repository: GitRepository;
  readonly commit: string;
  readonly mapping: Mapping;
  readonly expected: DesiredTree;
  readonly signal?: AbortSignal | undefined;
}

/** Beyond these the ids have to do: nobody reads more, and every one costs its content. */
const maxShown = 200;
/** What is larger is not compared line by line. */
const largestShown = 1024 * 1024;

/** Changed znodes, then missing ones. */
export async function describeDrift(source: DriftSource, live: LiveComparison): Promise<DriftedZnode[]> {
  const { repository, commit, mapping, expected, signal } = source;
  const bare: Omit<DriftedZnode, 'difference'>[] = [
    ...live.changed.map(([path, found]) => ({ path, kind: 'changed' as const, found })),
    ...live.missing.map((path) => ({ path, kind: 'missing' as const, found: null })),
  ].map((drift) => {
    const { content, size } = expected.get(drift.path) ?? { content: '', size: 0 };
    return { ...drift, expected: { oid: content, size } };
  });
  if (bare.length === 0) return [];
  const shown = bare.slice(0, maxShown);
  const placed = await placedZnodes(repository, commit, mapping, { signal });
  const ids = new Set(shown.map(({ expected: { oid } }) => oid));
  const contents = await repository.repairing(async () => await readContents(source, ids), { signal });
  return bare.map((drift, index) => {
    const { path, kind, expected: want } = drift;
    const before = contents.get(want.oid);
    const after = live.data.get(path);
    const known = before !== undefined && (kind === 'missing' || after !== undefined);
    if (index >= maxShown || !known) return { ...drift, difference: null };
    const file = placed.get(path)?.file;
    const difference = describeDifference({ path, before, after, ...(file !== undefined && { file }) });
    return { ...drift, difference };
  });
}

async function readContents(
  { repository, signal }: DriftSource,
  ids: ReadonlySet<ContentId>,
): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  const reader = contentsOf(repository).openContents();
  try {
    for await (const { id, data } of reader.read(ids, { signal, keep: largestShown })) {
      if (data !== undefined) contents.set(id, data);
    }
  } finally {
    await reader.close();
  }
  return contents;
}
