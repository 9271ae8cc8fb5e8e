/**
 * Where the environment is: from the options alone, so that an application needs no configuration of Enclosure's, or from
 * the configuration, where that is at hand.
 */
import type { ConnectOptions } from '../agent/index.ts';
import { defaultStateRoot } from '../agent/check-join-options.ts';
import { zookeeperAuth } from '../config/process-environment.ts';
import { EnclosureError } from '../base/enclosure-error.ts';
import { connectionTo } from '../sync/open/connection-to.ts';
import { knownEnvironment, type Context } from '../terminal/context.ts';
import type { JoinFlags } from './join-flags.ts';

export type JoinTarget = ConnectOptions & Required<Pick<ConnectOptions, 'connect' | 'stateRoot'>>;

/** An option that is given wins over the configuration. Fails as loading that does. */
export async function joinTarget(context: Context, name: string, flags: JoinFlags): Promise<JoinTarget> {
  const { connect, stateRoot, znode, sessionTimeout, timeout } = flags;
  const given = {
    environment: name,
    timeoutMs: timeout,
    signal: context.signal,
    ...(znode !== undefined && { znode }),
    ...(sessionTimeout !== undefined && { sessionTimeoutMs: sessionTimeout }),
  };
  if (connect !== undefined) {
    const auth = zookeeperAuth(context.world.env);
    return { ...given, connect, stateRoot: stateRoot ?? defaultStateRoot, auth };
  }
  const { configuration } = await context.open();
  const environment = configuration.environments.get(knownEnvironment(configuration, name));
  if (environment === undefined)
    throw new EnclosureError('environment-unknown', 'there is no such environment');
  const connection = await connectionTo(environment.ensemble);
  return { ...connection, ...given, stateRoot: stateRoot ?? environment.stateRoot };
}
