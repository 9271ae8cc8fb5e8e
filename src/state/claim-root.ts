import type { Channel, Operation } from '../model/ports/channel.ts';
import type { Environment } from '../model/environment.ts';
import type { State } from '../model/state.ts';

/**
 * What an environment's first transaction below a root adds, so that two environments cannot claim overlapping roots at
 * the same moment: a write to the state root with the version that was read before the others' states were looked at. Of
 * two that looked at the same time the second is refused by the server, looks again, and sees the first. Nothing for an
 * environment that has the root already.
 */
export async function claimRoot(
  channel: Channel,
  environment: Environment,
  state: State | undefined,
): Promise<Operation[]> {
  if (state?.znode === environment.znode) return [];
  const found = await channel.getData(environment.stateRoot);
  if (found === undefined) return [];
  const { data, stat } = found;
  return [{ op: 'setData', path: environment.stateRoot, data, version: stat.version }];
}
