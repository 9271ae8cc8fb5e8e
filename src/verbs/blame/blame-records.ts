/** What the deployment records alone say of znodes, when git no longer has the applied commit. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Change, DeploymentRecord } from '../../model/deployment-record.ts';
import { joinPath } from '../../model/znode-path.ts';
import type { AuditSource } from '../../sync/open/audit-source.ts';
import { judgeLive } from '../past/live-verdict.ts';
import type { Past } from '../past/past.ts';
import type { BlameEntry } from './blame-entry.ts';

interface Written {
  readonly record: DeploymentRecord;
  readonly change: Change;
}

/** @param wanted which paths are asked about */
export async function blameRecords(
  { channel, signal, environment }: AuditSource,
  { state, records }: Past,
  wanted: (path: string) => boolean,
): Promise<{ readonly entries: BlameEntry[]; readonly remark: string }> {
  const written = lastWritten(records, wanted);
  const missing = `git no longer has the applied commit ${state.commit}`;
  if (written.size === 0) {
    throw new EnclosureError('commit-missing', `${missing}, and no record names this znode`, {
      where: environment.repository.url,
      next: `Bring the environment to the branch head with: enclosure sync ${environment.name} --allow-rewind`,
    });
  }
  const algorithm = state.commit.length === 64 ? 'sha256' : 'sha1';
  const expected = new Map([...written].map(([path, { change }]) => [path, change.after ?? '']));
  const live = await judgeLive(channel, state.znode, expected, { algorithm, signal });
  const entries = [...written].map(([path, { record }]): BlameEntry => {
    const [only, ...more] = record.commitsCut === 0 ? record.commits : [];
    return {
      path,
      znode: joinPath(state.znode, path),
      file: null,
      // A deployment of one commit: there is no other that could have set it.
      commit: only !== undefined && more.length === 0 ? { ...only, time: null } : null,
      deployment: record,
      live: live.get(path) ?? { verdict: 'missing' },
    };
  });
  return {
    entries,
    remark: `${missing}: this is what the deployment records say, and they may not name every znode`,
  };
}

/** The newest change of each path; those that were deleted since are no znodes any more. */
function lastWritten(
  records: readonly DeploymentRecord[],
  wanted: (path: string) => boolean,
): Map<string, Written> {
  const newest = new Map<string, Written>();
  for (const record of records) {
    for (const change of record.changes) {
      if (wanted(change.path) && !newest.has(change.path)) newest.set(change.path, { record, change });
    }
  }
  const left = [...newest].filter(([, { change }]) => change.after !== null);
  return new Map(left.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
