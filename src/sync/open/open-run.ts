/** Opens what one run on an environment needs: the data plane, the control plane where there is a lock to take, the repository. */
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import { withSignal } from '../../base/with-signal.ts';
import { openRepository } from '../../git/open-repository.ts';
import type { GitBaseEnvironment } from '../../git/process/git-environment.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Ensemble, Environment, SharedFetches } from '../../model/environment.ts';
import type { GitRepository } from '../../model/ports/git-repository.ts';
import type { Session } from '../../model/ports/session.ts';
import type { SharedFetchEvent } from '../../model/shared-fetch-event.ts';
import { openChannel } from '../../zookeeper/channel/open-channel.ts';
import { openSession } from '../../zookeeper/session/open-session.ts';
import { connectionTo } from './connection-to.ts';
import { shareFetches } from './share-fetches.ts';

export interface OpenRun {
  channel(signal: AbortSignal | undefined): Promise<Channel>;
  session(signal: AbortSignal | undefined): Promise<Session>;
  repository(signal: AbortSignal | undefined): Promise<GitRepository>;
}

export interface RepositorySettings {
  readonly cacheDirectory: string;
  readonly allowLocalRepositories: boolean;
  /** The part of the process's environment that git needs. */
  readonly gitEnvironment: GitBaseEnvironment;
  readonly snapshotCache?: SharedFetches;
  /** Hears what shared fetches do. */
  readonly onSharedFetch?: ((event: SharedFetchEvent) => void) | undefined;
}

/** Secrets are fetched when the first thing that needs them is opened. */
export function openRunOn(environment: Environment, settings: RepositorySettings): OpenRun {
  const { ensemble } = environment;
  return {
    channel: (signal) => openChannelTo(ensemble, signal),
    session: (signal) => naming(ensemble.name, openSessionTo(ensemble, signal)),
    async repository(signal) {
      const { credentials, url } = environment.repository;
      const { snapshotCache, onSharedFetch: onEvent } = settings;
      const { stateRoot } = environment;
      return await openRepository({
        url,
        cacheDirectory: settings.cacheDirectory,
        allowLocal: settings.allowLocalRepositories,
        baseEnv: settings.gitEnvironment,
        ...(credentials !== undefined && { credentials: await credentials.reveal() }),
        ...(snapshotCache !== undefined && {
          shared: shareFetches({ snapshotCache, stateRoot, onEvent, signal }),
        }),
        ...withSignal(signal),
      });
    },
  };
}

/** The data plane of an ensemble, for what concerns no environment. */
export async function openChannelTo(ensemble: Ensemble, signal: AbortSignal | undefined): Promise<Channel> {
  return await naming(ensemble.name, connectTo(ensemble, signal).then(openChannel));
}

async function openSessionTo(ensemble: Ensemble, signal: AbortSignal | undefined): Promise<Session> {
  return await openSession(ensemble.client ?? 'wire', await connectTo(ensemble, signal));
}

async function connectTo(ensemble: Ensemble, signal: AbortSignal | undefined) {
  return { ...(await connectionTo(ensemble)), ...withSignal(signal) };
}

/** Adds the name that the configuration gives the ensemble: that is where the reader will look. */
async function naming<T>(ensemble: string, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    if (!isEnclosureError(error, 'zookeeper-unreachable')) throw error;
    const { details } = error;
    throw new EnclosureError('zookeeper-unreachable', `the ensemble "${ensemble}" could not be reached`, {
      ...details,
      cause: error,
    });
  }
}
