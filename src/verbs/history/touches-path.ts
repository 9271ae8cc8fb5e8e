/** Whether a deployment changed a znode or one below it. A record that was cut is completed from git. */
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import { isSameOrInside, joinRelative } from '../../model/znode-path.ts';
import { mappingOf } from '../../state/mapping-digest.ts';
import { type AuditSource, hasCommit } from '../../sync/open/audit-source.ts';

/** `unknown` where the record was cut and git no longer has its commits. */
export async function touchesPath(
  source: AuditSource,
  record: DeploymentRecord,
  path: string,
): Promise<boolean | 'unknown'> {
  const below = (one: string): boolean => isSameOrInside(`/${one}`, `/${path}`);
  if (path === '' || record.changes.some((change) => below(change.path))) return true;
  if (record.changesCut === 0) return false;
  for (const commit of [record.commit, record.previousCommit]) {
    if (commit !== null && !(await hasCommit(source, commit))) return 'unknown';
  }
  const { directory } = mappingOf(source.environment);
  const inGit = joinRelative(directory, path);
  const after = await entryAt(source, record.commit, inGit);
  const before =
    record.previousCommit === null ? undefined : await entryAt(source, record.previousCommit, inGit);
  return after !== before;
}

/** The id of a file, or of a directory with all that is in it. */
async function entryAt(
  { repository, signal }: AuditSource,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const directory = await repository.treeAt(commit, path, { signal });
  if (directory !== undefined) return directory;
  const root = await repository.treeAt(commit, '', { signal });
  return root === undefined ? undefined : (await repository.readFileAt(root, path, { signal }))?.id;
}
