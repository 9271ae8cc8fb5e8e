import type { DeploymentRecord } from '../model/deployment.ts';
import type { Environment } from '../model/environment.ts';
import { readHistory } from '../state/read-state.ts';
import type { HistoryOptions } from '../enclosure/enclosure.ts';
import type { OpenRun } from './open/open-run.ts';

const defaultLimit = 20;

/** An environment's deployments, newest first. */
export async function readEnvironmentHistory(
  environment: Environment,
  open: OpenRun,
  options: HistoryOptions,
): Promise<DeploymentRecord[]> {
  const channel = await open.channel(options.signal);
  try {
    return await readHistory(channel, environment, options.limit ?? defaultLimit);
  } finally {
    await channel.close();
  }
}
