/** Opens what questions about an environment's past need: the ensemble, and git where it is asked. Takes no lock. */
import { openTogether } from '../../base/open-together.ts';
import type { Environment } from '../../model/environment.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { AuditSource } from '../../sync/open/audit-source.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import type { History, HistoryQuestion } from '../history/history.ts';
import { readFilteredHistory } from '../history/read-filtered-history.ts';
import { touchesPath } from '../history/touches-path.ts';
import { relativePath } from './relative-path.ts';

export async function withAuditSource<T>(
  environment: Environment,
  open: OpenRun,
  { signal }: RunOptions,
  use: (source: AuditSource) => Promise<T>,
): Promise<T> {
  const [channel, repository] = await openTogether(open.channel(signal), open.repository(signal));
  try {
    return await use({ environment, channel, repository, signal });
  } finally {
    await Promise.all([channel.close(), repository.close()]);
  }
}

/** Without a path git is not needed, and then it may be away. */
export async function readAuditedHistory(
  environment: Environment,
  open: OpenRun,
  { path, ...filter }: HistoryQuestion,
  options: RunOptions,
): Promise<History> {
  if (path !== undefined) {
    const relative = relativePath(environment.znode, path);
    return await withAuditSource(environment, open, options, (source) =>
      readFilteredHistory(source, { ...filter, concerns: (record) => touchesPath(source, record, relative) }),
    );
  }
  const channel = await open.channel(options.signal);
  try {
    return await readFilteredHistory({ channel, environment }, filter);
  } finally {
    await channel.close();
  }
}
