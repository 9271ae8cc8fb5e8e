/**
 * Which deployment brought a znode to what it is: the newest whose record says that it wrote the znode or brought the
 * commit that set it. What a record had to leave out is asked of git; where git cannot say either, the answer says so.
 */
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import type { Mapping } from '../../model/state.ts';
import { type AuditSource, hasCommit } from '../../sync/open/audit-source.ts';
import { placedZnodes } from '../past/placed-znodes.ts';

export interface Carrier {
  /** Absent where no record tells. */
  readonly record?: DeploymentRecord;
  /** What makes it uncertain, or why there is none. */
  readonly remark?: string;
}

export type FindCarrier = (path: string, commit: string | undefined) => Promise<Carrier>;

/** What a deployment brought, as far as it is known. */
interface Reach {
  readonly commits: ReadonlySet<string>;
  wrote(path: string): boolean;
  readonly complete: boolean;
}

/** More than a history has. */
const allCommits = 10_000_000;

/** @param records newest first; each is completed once, when it is needed */
export function carrierFinder(
  source: AuditSource,
  records: readonly DeploymentRecord[],
  mapping: Mapping,
): FindCarrier {
  const known = new Map<number, Promise<Reach>>();
  const reachOf = (record: DeploymentRecord): Promise<Reach> => {
    const reach = known.get(record.revision) ?? readReach(source, record, mapping);
    known.set(record.revision, reach);
    return reach;
  };
  return async (path, commit) => {
    let doubt: string | undefined;
    for (const record of records) {
      const reach = await reachOf(record);
      if (reach.wrote(path) || (commit !== undefined && reach.commits.has(commit))) {
        return { record, ...(doubt !== undefined && { remark: doubt }) };
      }
      if (!reach.complete) {
        doubt ??= `it may have been revision ${record.revision} or an earlier one: its record was cut, and git no longer has its commits`;
      }
    }
    return { remark: doubt ?? tooOld(records) };
  };
}

function tooOld(records: readonly DeploymentRecord[]): string {
  const oldest = records.at(-1);
  if (oldest === undefined) return 'no deployment record is left';
  return oldest.revision === 1
    ? 'no deployment record names it: it may have been there before the first one'
    : `it was set before revision ${oldest.revision}, the oldest that still has a record`;
}

async function readReach(source: AuditSource, record: DeploymentRecord, mapping: Mapping): Promise<Reach> {
  const { repository, signal } = source;
  const { commit, previousCommit } = record;
  // Not the commit itself: one that a rollback went back to was brought by an earlier deployment.
  const commits = new Set(record.commits.map(({ sha }) => sha));
  const written = record.changes.filter(({ action }) => action !== 'delete');
  const paths = new Set(written.map(({ path }) => path));
  const wrote = (path: string): boolean => paths.has(path);
  if (record.commitsCut === 0 && record.changesCut === 0) return { commits, wrote, complete: true };
  for (const needed of [commit, previousCommit]) {
    if (needed !== null && !(await hasCommit(source, needed))) return { commits, wrote, complete: false };
  }
  const all = await repository.commitsBetween(previousCommit, commit, allCommits, { signal });
  for (const { sha } of all.commits) commits.add(sha);
  if (record.changesCut > 0) {
    const after = await placedZnodes(repository, commit, mapping, { signal });
    const before =
      previousCommit === null
        ? undefined
        : await placedZnodes(repository, previousCommit, mapping, { signal });
    for (const [path, { content }] of after) if (before?.get(path)?.content !== content) paths.add(path);
  }
  return { commits, wrote, complete: true };
}
