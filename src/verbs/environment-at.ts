/**
 * What an environment was at a revision or a moment, from git. The records say which commit that was; they are ordered by
 * revision, never by their times, because the clocks of those who deployed need not agree.
 */
import { EnclosureError } from '../base/enclosure-error.ts';
import type { ContentId } from '../model/content-id.ts';
import { escapeName, isSameOrInside, joinPath } from '../model/znode-path.ts';
import { contentsOf } from '../sync/desired/contents-of.ts';
import { type AuditSource, hasCommit } from '../sync/open/audit-source.ts';
import { type Past, readPast, requireRecord } from './past/past.ts';
import { placedZnodes } from './past/placed-znodes.ts';
import { relativePath } from './past/relative-path.ts';

export interface AtQuestion {
  readonly moment: Moment;
  /** Relative to the root znode, or absolute; default: the root. */
  readonly path?: string;
}

/** What an environment was. */
export interface EnvironmentAt {
  readonly environment: string;
  readonly revision: number;
  readonly commit: string;
  /** When that revision was applied; null where its record is gone. */
  readonly applied: string | null;
  /** What was asked about: '' for the root. */
  readonly path: string;
  /** The bytes of the file at `path`; absent for a directory without data. */
  readonly content?: { readonly file: string; readonly oid: ContentId; readonly data: Buffer };
  /** The znodes at and below `path`, parents before children. */
  readonly znodes: readonly { readonly path: string; readonly oid: ContentId; readonly size: number }[];
  readonly remarks: readonly string[];
}

/** A revision; or a moment, in milliseconds since 1970. */
export type Moment = { readonly revision: number } | { readonly time: number };

/** Fails with `revision-missing`, `commit-missing`, `znode-unknown`, and with `usage-invalid` for a path outside. */
export async function environmentAt(source: AuditSource, question: AtQuestion): Promise<EnvironmentAt> {
  const { repository, environment, signal } = source;
  const past = await readPast(source);
  const { mapping, znode: root } = past.state;
  const path = relativePath(root, question.path ?? '.');
  const { remarks, ...applied } = await appliedAt(source, past, question.moment);
  if (!(await hasCommit(source, applied.commit))) throw commitGone(source, applied);
  const placed = await placedZnodes(repository, applied.commit, mapping, { signal });
  const znode = placed.get(path);
  if (znode === undefined) {
    throw new EnclosureError('znode-unknown', 'the environment did not hold this znode then', {
      where: escapeName(joinPath(root, path)),
      expected: `a znode of revision ${applied.revision}, commit ${applied.commit.slice(0, 12)}`,
      next: `Look at: enclosure at ${environment.name} --revision ${applied.revision}`,
    });
  }
  const below = [...placed].filter(([one]) => isSameOrInside(`/${one}`, `/${path}`));
  return {
    environment: environment.name,
    ...applied,
    path,
    ...(znode.file !== undefined && {
      content: { file: znode.file, oid: znode.content, data: await readContent(source, znode.content) },
    }),
    znodes: below.map(([one, { content, size }]) => ({ path: one, oid: content, size })),
    remarks: [...past.remarks, ...remarks],
  };
}

interface Applied {
  readonly revision: number;
  readonly commit: string;
  readonly applied: string | null;
}

async function appliedAt(
  source: AuditSource,
  past: Past,
  moment: Moment,
): Promise<Applied & { readonly remarks: readonly string[] }> {
  const { state, records } = past;
  if ('time' in moment) return appliedThen(source, past, moment.time);
  const found = records.find(({ revision }) => revision === moment.revision);
  if (found !== undefined) {
    return { revision: found.revision, commit: found.commit, applied: found.ended, remarks: [] };
  }
  // The state knows the applied revision also where its record is gone.
  if (state.revision === moment.revision) {
    const remarks = ['the record of this revision is gone; its commit is that of the state'];
    return { revision: state.revision, commit: state.commit, applied: null, remarks };
  }
  // There, but of a newer format: then this fails, and says so.
  const { revision, commit, ended } = await requireRecord(source, moment.revision);
  return { revision, commit, applied: ended, remarks: [] };
}

/** The newest revision that had ended by then. */
function appliedThen(
  { environment }: AuditSource,
  { records }: Past,
  time: number,
): Applied & { readonly remarks: readonly string[] } {
  const index = records.findIndex(({ ended }) => Date.parse(ended) <= time);
  const found = records[index];
  const oldest = records.at(-1);
  if (found === undefined) {
    const known =
      oldest === undefined ? 'no record is left' : `revision ${oldest.revision}, of ${oldest.ended}`;
    const first = oldest?.revision === 1;
    throw new EnclosureError(
      'revision-missing',
      first ? 'nothing was deployed yet at that time' : 'the records do not go back to that time',
      {
        expected: `a time after the oldest record: ${known}`,
        found: new Date(time).toISOString(),
        next: `Look at: enclosure history ${environment.name}`,
      },
    );
  }
  const following = records[index - 1];
  const remarks: string[] = [];
  if (following !== undefined && Date.parse(following.started) <= time) {
    remarks.push(`revision ${following.revision} was being applied at that time`);
  }
  const earlier = records.slice(index + 1).find(({ ended }) => Date.parse(ended) > time);
  if (earlier !== undefined) {
    remarks.push(
      `the clocks disagree: revision ${earlier.revision} came before revision ${found.revision}, and its record has a later time`,
    );
  }
  return { revision: found.revision, commit: found.commit, applied: found.ended, remarks };
}

async function readContent({ repository, signal }: AuditSource, id: ContentId): Promise<Buffer> {
  const data = await contentsOf(repository).readContent(id, { signal });
  if (data !== undefined) return data;
  throw new EnclosureError('git-failed', 'the local copy of the repository lacks a file of the commit', {
    found: id,
    next: 'Run it again; should that not help, remove the cache directory',
  });
}

function commitGone({ environment }: AuditSource, { revision, commit, applied }: Applied): EnclosureError {
  return new EnclosureError('commit-missing', 'git no longer has the commit of this revision', {
    where: environment.repository.url,
    expected: commit,
    found: applied === null ? 'no such commit' : `only its record: applied at ${applied}`,
    next: `What is known of it says: enclosure history ${environment.name} --show ${revision}`,
  });
}
