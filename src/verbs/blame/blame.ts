/**
 * Who set a znode: the commit that did, the deployment that brought it, and whether the live znode is still that. Where git
 * no longer has the applied commit, the deployment records answer as far as they go. Writes nothing.
 *
 * Fails with `usage-invalid` for a path outside, `znode-unknown` for one that the applied commit does not hold.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { CommitDetails } from '../../model/ports/git-repository.ts';
import { isSameOrInside, joinPath } from '../../model/znode-path.ts';
import { type AuditSource, hasCommit } from '../../sync/open/audit-source.ts';
import { judgeLive } from '../past/live-verdict.ts';
import { type Past, readPast } from '../past/past.ts';
import { pathInGit, type PlacedTree, placedZnodes } from '../past/placed-znodes.ts';
import { relativePath } from '../past/relative-path.ts';
import type { Blame, BlameEntry, BlameQuestion } from './blame-entry.ts';
import { blameRecords } from './blame-records.ts';
import { carrierFinder } from './carrier.ts';

export async function blame(source: AuditSource, question: BlameQuestion): Promise<Blame> {
  const past = await readPast(source);
  const { state } = past;
  const path = relativePath(state.znode, question.path);
  const facts = { environment: source.environment.name, revision: state.revision, commit: state.commit };
  const wanted = (one: string): boolean =>
    question.tree === true ? isSameOrInside(`/${one}`, `/${path}`) : one === path;
  if (!(await hasCommit(source, state.commit))) {
    const { entries, remark } = await blameRecords(source, past, wanted);
    return { ...facts, entries, remarks: [...past.remarks, remark] };
  }
  const placed = await placedZnodes(source.repository, state.commit, state.mapping, {
    signal: source.signal,
  });
  const paths = [...placed.keys()].filter(wanted);
  if (!placed.has(path)) throw await unknownZnode(source, past, path);
  return { ...facts, entries: await blamePaths(source, past, placed, paths), remarks: past.remarks };
}

async function blamePaths(
  source: AuditSource,
  { state, records }: Past,
  placed: PlacedTree,
  paths: readonly string[],
): Promise<BlameEntry[]> {
  const inGit = new Map(paths.map((path) => [path, pathInGit(path, placed.get(path), state.mapping)]));
  const commits = await lastCommitsOf(source, state.commit, new Set(inGit.values()));
  const expected = new Map(paths.map((path) => [path, placed.get(path)?.content ?? '']));
  const algorithm = source.repository.objectFormat;
  const live = await judgeLive(source.channel, state.znode, expected, { algorithm, signal: source.signal });
  const carrierOf = carrierFinder(source, records, state.mapping);
  const entries: BlameEntry[] = [];
  for (const path of paths) {
    const commit = commits.get(inGit.get(path) ?? '') ?? null;
    const { record, remark } = await carrierOf(path, commit?.sha);
    entries.push({
      path,
      znode: joinPath(state.znode, path),
      file: placed.get(path)?.file ?? null,
      commit,
      deployment: record ?? null,
      live: live.get(path) ?? { verdict: 'missing' },
      ...(remark !== undefined && { remark }),
    });
  }
  return entries;
}

/** One path costs one `git log -1`, which ends where it finds the commit; more than one a walk through all of it. */
async function lastCommitsOf(
  { repository, signal }: AuditSource,
  commit: string,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CommitDetails>> {
  const [only] = paths;
  if (paths.size !== 1 || only === undefined) return await repository.lastCommits(commit, paths, { signal });
  const found = await repository.lastCommit(commit, only, { signal });
  return new Map(found === undefined ? [] : [[only, found]]);
}

/** Says what is known all the same: that a commit deleted it, or that it is there and not ours. */
async function unknownZnode(source: AuditSource, { state }: Past, path: string): Promise<EnclosureError> {
  const { repository, channel, environment, signal } = source;
  const znode = joinPath(state.znode, path);
  const last = await repository.lastCommit(state.commit, pathInGit(path, undefined, state.mapping), {
    signal,
  });
  const live = await channel.getData(znode);
  const inGit =
    last === undefined
      ? 'no commit up to the applied one has held it'
      : `it was last touched by commit ${last.sha.slice(0, 12)} (${last.author}: ${last.subject})`;
  return new EnclosureError('znode-unknown', 'the applied commit does not hold this znode', {
    where: znode,
    expected: `a znode of commit ${state.commit.slice(0, 12)}`,
    found: `${inGit}; ${live === undefined ? 'no live znode' : 'a live znode that is not of this environment'}`,
    next: `Look at: enclosure at ${environment.name} --revision ${state.revision}`,
  });
}
