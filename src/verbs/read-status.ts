/** Who holds what, what is applied, what was done last. One entry an environment; a failing ensemble spoils only its own. */
import { readLock } from '../sync/lock/read-lock.ts';
import { readMembers } from './members/read-members.ts';
import { summarize } from './members/summarize.ts';
import type { Environment } from '../model/environment.ts';
import { EnclosureError, isEnclosureError } from '../base/enclosure-error.ts';
import { statePaths } from '../state/state-paths.ts';
import { readHold, shownHold } from '../state/read-hold.ts';
import { readHistory, readState } from '../state/read-state.ts';
import type { EnvironmentStatus, RunOptions } from '../enclosure/enclosure.ts';
import type { OpenRun } from '../sync/open/open-run.ts';

export async function readStatus(
  environment: Environment,
  open: OpenRun,
  options: RunOptions,
): Promise<EnvironmentStatus> {
  const facts = {
    environment: environment.name,
    znode: environment.znode,
    repository: environment.repository.url,
    branch: environment.branch,
  };
  try {
    const channel = await open.channel(options.signal);
    try {
      const [{ state }, stored, lock, [last], members] = await Promise.all([
        readState(channel, environment),
        readHold(channel, environment),
        readLock(channel, statePaths(environment).lock),
        readHistory(channel, environment, 1),
        readMembers(channel, environment),
      ]);
      const hold = shownHold(stored);
      return {
        ...facts,
        ...(state !== undefined && { state }),
        ...(lock?.holder !== undefined && { holder: lock.holder }),
        waiters: lock?.waiters ?? [],
        ...(hold !== undefined && { hold }),
        ...(last !== undefined && { last }),
        members: summarize(members, state),
      };
    } finally {
      await channel.close();
    }
  } catch (error) {
    return { ...facts, waiters: [], error: asEnclosureError(error) };
  }
}

function asEnclosureError(error: unknown): EnclosureError {
  if (isEnclosureError(error)) return error;
  return new EnclosureError('zookeeper-failed', 'the environment could not be read', { cause: error });
}
