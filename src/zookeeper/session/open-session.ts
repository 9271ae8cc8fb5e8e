/** Opens a session with the client that an ensemble's configuration names. */
import type { OpenOptions } from '../../model/connection-options.ts';
import type { SessionClient } from '../../model/environment.ts';
import type { Session } from '../../model/ports/session.ts';
import { openWireSession } from './open-wire-session.ts';

/** Fails with `zookeeper-unreachable`, `zookeeper-auth-failed`, `aborted`; with `client-missing` where it is not installed. */
export async function openSession(client: SessionClient, options: OpenOptions): Promise<Session> {
  if (client === 'wire') return await openWireSession(options);
  const { openOfficialSession } = await import('./official/open-official-session.ts');
  return await openOfficialSession(options);
}
