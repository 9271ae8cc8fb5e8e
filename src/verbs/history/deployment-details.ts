/** One deployment with what it changed, as a diff of the contents that git still has. */
import type { Change, DeploymentRecord } from '../../model/deployment-record.ts';
import { type ContentId, isEmptyContent } from '../../model/content-id.ts';
import type { Mapping } from '../../model/state.ts';
import { mappingOf } from '../../state/mapping-digest.ts';
import { readState } from '../../state/read-state.ts';
import { type AuditSource, hasCommit } from '../../sync/open/audit-source.ts';
import { contentsOf } from '../../sync/desired/contents-of.ts';
import { describeDifference } from '../past/describe-difference.ts';
import { requireRecord } from '../past/past.ts';
import { placedZnodes } from '../past/placed-znodes.ts';

/** One deployment, with what it changed. */
export interface DeploymentDetails {
  readonly record: DeploymentRecord;
  /** In the order of the record. */
  readonly differences: readonly ChangedZnode[];
  readonly remarks: readonly string[];
}

export interface ChangedZnode extends Pick<Change, 'path' | 'action'> {
  /** A unified diff, or a line that says why there is none; fit for a terminal. */
  readonly lines: readonly string[];
}

/** Lines of all differences together; the rest is named without its content. */
const maxLines = 2_000;

/** Fails with `revision-missing`, and with `state-newer` for a record that a newer Enclosure wrote. */
export async function deploymentDetails(source: AuditSource, revision: number): Promise<DeploymentDetails> {
  const record = await requireRecord(source, revision);
  const { state } = await readState(source.channel, source.environment);
  const mapping = state?.mapping ?? mappingOf(source.environment);
  const remarks: string[] = [];
  if (!(await hasCommit(source, record.commit))) {
    remarks.push(`git no longer has commit ${record.commit}: what it changed is known by name only`);
  }
  if (record.changesCut > 0) remarks.push(cutRemark(record, mapping));
  const fileOf = await fileNames(source, record, mapping);
  const differences: ChangedZnode[] = [];
  let left = maxLines;
  for (const change of record.changes) {
    const lines = left > 0 ? await differenceOf(source, change, fileOf(change.path)) : [];
    left -= lines.length;
    differences.push({ path: change.path, action: change.action, lines });
  }
  if (left <= 0) remarks.push(`after ${maxLines} lines the changes are named without their content`);
  return { record, differences, remarks };
}

function cutRemark({ previousCommit, commit, changesCut }: DeploymentRecord, { directory }: Mapping): string {
  const range = previousCommit === null ? `show ${commit}` : `diff ${previousCommit} ${commit}`;
  return `the record leaves out ${changesCut} more changes; all of them: git ${range} -- ${directory === '' ? '.' : directory}`;
}

async function differenceOf(
  source: AuditSource,
  { path, before, after }: Change,
  file: string | undefined,
): Promise<string[]> {
  const [one, other] = [await contentOf(source, before), await contentOf(source, after)];
  // Data that were set by hand were in no commit.
  if (one === 'gone' || other === 'gone') {
    return [`(content not in git: ${before ?? 'none'} before, ${after ?? 'none'} after)`];
  }
  return describeDifference({ path, before: one, after: other, ...(file !== undefined && { file }) });
}

async function contentOf(
  { repository, signal }: AuditSource,
  id: ContentId | null,
): Promise<Buffer | undefined | 'gone'> {
  if (id === null) return undefined;
  // A directory's znode has no data and, in git, no file.
  if (isEmptyContent(id)) return Buffer.alloc(0);
  return (await contentsOf(repository).readContent(id, { signal })) ?? 'gone';
}

/** With `layout: directory` a znode is not named like its file, whose name may say that it holds a secret. */
async function fileNames(
  source: AuditSource,
  { commit, previousCommit }: DeploymentRecord,
  mapping: Mapping,
): Promise<(path: string) => string | undefined> {
  if (mapping.layout === 'file') return () => undefined;
  const files = new Map<string, string>();
  for (const one of [previousCommit, commit]) {
    if (one === null || !(await hasCommit(source, one))) continue;
    const placed = await placedZnodes(source.repository, one, mapping, { signal: source.signal });
    for (const [path, { file }] of placed) if (file !== undefined) files.set(path, file);
  }
  return (path) => files.get(path);
}
