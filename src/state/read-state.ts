/** Reads an environment's state, its history and the roots that other environments claim. Never writes. */
import type { Channel } from '../model/ports/channel.ts';
import type { DeploymentRecord } from '../model/deployment-record.ts';
import type { Environment } from '../model/environment.ts';
import type { State } from '../model/state.ts';
import { joinPath, overlaps } from '../model/znode-path.ts';
import { parseRecord, parseState } from './parse-state.ts';
import { recordName, recordRevision, statePaths } from './state-paths.ts';

/** What has to be known of an environment to find its bookkeeping. */
export type StateOwner = Pick<Environment, 'name' | 'stateRoot'>;

/** The state and the version of its znode; `version` is -1 where the znode does not exist yet. */
export interface StoredState {
  readonly state?: State;
  readonly version: number;
}

export async function readState(channel: Channel, environment: StateOwner): Promise<StoredState> {
  const path = statePaths(environment).state;
  const found = await channel.getData(path);
  if (found === undefined) return { version: -1 };
  const version = found.stat.version;
  return found.data.length === 0 ? { version } : { version, state: parseState(found.data, path) };
}

/** Revisions that have a record, newest first. */
export async function listRevisions(channel: Channel, environment: StateOwner): Promise<number[]> {
  const names = (await channel.getChildren(statePaths(environment).history)) ?? [];
  return names
    .map(recordRevision)
    .filter((revision) => revision !== undefined)
    .toSorted((one, other) => other - one);
}

/** Records newest first, at most `limit`. */
export async function readHistory(
  channel: Channel,
  environment: StateOwner,
  limit: number,
): Promise<DeploymentRecord[]> {
  const revisions = (await listRevisions(channel, environment)).slice(0, limit);
  const records = await Promise.all(revisions.map((revision) => readRecord(channel, environment, revision)));
  return records.filter((record) => record !== undefined);
}

/** Undefined where there is none: it was never made, or the limit has taken it. */
export async function readRecord(
  channel: Channel,
  environment: StateOwner,
  revision: number,
): Promise<DeploymentRecord | undefined> {
  const path = joinPath(statePaths(environment).history, recordName(revision));
  const found = await channel.getData(path);
  return found === undefined ? undefined : parseRecord(found.data, path);
}

/**
 * The environments, known by their states below the same state root, whose root znode overlaps this one's. The
 * configuration's own check cannot see those of another configuration file.
 */
export async function overlappingEnvironments(channel: Channel, environment: Environment): Promise<string[]> {
  const names = (await channel.getChildren(environment.stateRoot)) ?? [];
  const others = names.filter((name) => name !== environment.name && name !== 'cache');
  const states = await Promise.all(
    others.map(async (name) => {
      const path = joinPath(environment.stateRoot, name);
      const found = await channel.getData(path);
      return found === undefined || found.data.length === 0 ? undefined : parseState(found.data, path);
    }),
  );
  return states
    .filter((state) => state !== undefined)
    .filter((state) => overlaps(state.znode, environment.znode))
    .map((state) => `${state.environment} (${state.znode})`);
}
