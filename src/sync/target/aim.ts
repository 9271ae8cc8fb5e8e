/** The commit that a run under the lock leads to. */
import type { SyncRequest } from '../../model/deployment.ts';
import type { Environment } from '../../model/environment.ts';
import type { GuardInput } from '../plan/guard.ts';
import type { Channel } from '../../model/channel.ts';
import { appliedTarget } from './applied-target.ts';
import type { FetchAhead } from '../open/fetch-ahead.ts';
import { descentOf, resolveTarget } from './resolve-target.ts';

export interface Aim {
  readonly commit: string;
  /** How it relates to the applied commit. */
  readonly descent: GuardInput['descent'];
}

export interface AimInput {
  readonly environment: Environment;
  readonly request: SyncRequest;
  readonly fetching: FetchAhead;
  readonly channel: Channel;
  readonly signal: AbortSignal;
}

/**
 * @param applied the commit that the state names
 * @param before what the run aimed at when its plan was made before: a run leads to one commit
 */
export async function takeAim(
  input: AimInput,
  applied: string | null | undefined,
  before: string | undefined,
): Promise<Aim> {
  const { repository } = input.fetching;
  const related = async (commit: string): Promise<Aim> => ({
    commit,
    descent: await descentOf(repository, applied, commit),
  });
  if (before !== undefined) return await related(before);
  const ahead = input.fetching.take();
  const aim = await related(await target(input, ahead));
  if (aim.descent === 'descends' || ahead === undefined) return aim;
  // Another run may have fetched later than we and had the lock before us: no rewind before the head was asked for again.
  return await related(await target(input));
}

async function target(
  { environment, request, fetching: { repository }, channel, signal }: AimInput,
  fetched?: Promise<string>,
): Promise<string> {
  return request.repair === true
    ? await appliedTarget({ environment, repository, channel, signal })
    : await resolveTarget(repository, environment, request, signal, fetched);
}
