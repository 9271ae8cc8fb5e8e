/**
 * Brings what drifted back to the applied commit: a full sync under the lock, guarded and recorded like any other. It reads
 * the files as they were read when they were deployed, so that a configuration that has changed since deploys nothing here.
 */
import type { Environment } from '../../model/environment.ts';
import type { RunOptions } from '../../model/run-options.ts';
import type { State } from '../../model/state.ts';
import type { SyncReport } from '../../model/sync/sync-report.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { readState } from '../../state/read-state.ts';
import type { OpenRun } from '../../sync/open/open-run.ts';
import { sync } from '../../sync/sync.ts';
import type { Verification } from './verification.ts';
import { verifyEnvironment } from './verify-environment.ts';

export type RepairRequest = Pick<SyncRequest, 'environment' | 'actor' | 'time'>;

export interface RepairReport {
  /** What was there before. */
  readonly found: Verification;
  /** Absent where there was nothing to repair, or nothing to repair it from. */
  readonly sync?: SyncReport;
  /** What is there after it. */
  readonly left?: Verification;
}

type RepairRun = (options: RunOptions) => Promise<SyncReport>;

/** @param run carries the repair out, once it is clear that there is one to make */
export async function repairEnvironment(
  environment: Environment,
  request: RepairRequest,
  open: OpenRun,
  options: RunOptions,
  run: (request: SyncRequest, run: RepairRun) => Promise<SyncReport>,
): Promise<RepairReport> {
  const found = await verifyEnvironment(environment, open, options);
  const state = await stateOf(environment, open, options);
  if (found.error !== undefined || found.drift.length === 0 || state === undefined) return { found };
  const asDeployed = { ...environment, ...state.mapping, znode: state.znode, drift: 'repair' } as const;
  const { actor, time } = request;
  const asked = {
    environment: environment.name,
    reason: 'manual',
    actor,
    time,
    repair: true,
    full: true,
    why: 'repair of drift',
  } as const;
  const report = await run(asked, (watched) => sync(asDeployed, asked, open, watched));
  return { found, sync: report, left: await verifyEnvironment(environment, open, options) };
}

async function stateOf(
  environment: Environment,
  open: OpenRun,
  { signal }: RunOptions,
): Promise<State | undefined> {
  const channel = await open.channel(signal);
  try {
    return (await readState(channel, environment)).state;
  } finally {
    await channel.close();
  }
}
