/**
 * Goes back: applies an earlier commit as a new revision, and holds the environment in the transaction that records it.
 * Guards stand as ever, but for the descent of the commit, which is what was asked for. What a guard refuses holds nothing.
 */
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import type { Environment } from '../../model/environment.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import { sync } from '../../sync/sync.ts';
import { type RollbackRequest, rollbackTarget } from './rollback-target.ts';

export async function rollbackEnvironment(
  environment: Environment,
  request: RollbackRequest,
  open: OpenRun,
  options: RunOptions,
): Promise<SyncReport> {
  const { actor, time, why, until, allowDeletes } = request;
  const commit = await targetOf(environment, request, open, options);
  const said = { ...(why !== undefined && { why }) };
  const asked = {
    environment: environment.name,
    reason: 'rollback',
    actor,
    time,
    commit,
    allowRewind: true,
    ...said,
    ...(allowDeletes !== undefined && { allowDeletes }),
  } as const;
  const hold = { who: actor, ...said, ...(until !== undefined && { until }) };
  try {
    return await sync(environment, asked, open, options, hold);
  } catch (error) {
    throw isEnclosureError(error, 'commit-missing') ? gone(error, environment, commit) : error;
  }
}

async function targetOf(
  environment: Environment,
  request: RollbackRequest,
  open: OpenRun,
  { signal }: RunOptions,
): Promise<string> {
  const channel = await open.channel(signal);
  try {
    return await rollbackTarget(channel, environment, request);
  } finally {
    await channel.close();
  }
}

function gone(error: EnclosureError, { name, repository }: Environment, commit: string): EnclosureError {
  return new EnclosureError('commit-missing', 'git no longer has the commit to go back to', {
    where: repository.url,
    expected: commit,
    found: 'a repository without it: never pushed, or left by a forced push and collected since',
    next: `Go back to another: enclosure rollback ${name} --to REVISION; enclosure history ${name} lists them.`,
    cause: error,
  });
}
