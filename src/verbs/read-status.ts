/** Who holds what, what is applied, what was done last. One entry an environment; a failing ensemble spoils only its own. */
import { EnclosureError, isEnclosureError } from '../base/enclosure-error.ts';
import type { DeploymentRecord } from '../model/deployment-record.ts';
import type { Environment } from '../model/environment.ts';
import type { Hold } from '../model/hold.ts';
import type { Holder } from '../model/holder.ts';
import type { NotesState } from '../model/notes-state.ts';
import type { RunOptions } from '../model/run-options.ts';
import type { State } from '../model/state.ts';
import { readHold, shownHold } from '../state/read-hold.ts';
import { readHistory, readState } from '../state/read-state.ts';
import { statePaths } from '../state/state-paths.ts';
import { readLock } from '../sync/lock/read-lock.ts';
import type { OpenRun } from '../sync/open/open-run.ts';
import { readMembers } from '../state/read-members.ts';
import { type MembersSummary, summarize } from './members/summarize.ts';

export interface EnvironmentStatus {
  readonly environment: string;
  readonly znode: string;
  readonly repository: string;
  readonly branch: string;
  /** Absent before the first deployment. */
  readonly state?: State;
  readonly holder?: Holder;
  readonly waiters: readonly Holder[];
  /** What keeps syncs from applying anything; of the lock says `holder`. */
  readonly hold?: Hold;
  readonly last?: DeploymentRecord;
  /** Where the repository has audit notes. */
  readonly notes?: NotesState;
  /** Absent where the environment could not be read. */
  readonly members?: MembersSummary;
  readonly error?: EnclosureError;
}

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
