/**
 * One session with the ensemble and, beside it, a channel for bulk reads. The session is the membership: when it ends, so
 * does the link. The channel is only a way to read: where it broke, the next reader gets a new one.
 */
import { openChannel } from '../zookeeper/channel.ts';
import type { Channel } from '../zookeeper/operations.ts';
import type { Session } from '../zookeeper/session-contract.ts';
import { openWireSession } from '../zookeeper/wire-session.ts';
import type { ConnectOptions } from './contract.ts';

export interface Link {
  readonly session: Session;
  /** The open channel, or a new one. Fails as `openChannel` does. */
  channel(): Promise<Channel>;
  /** Ends the session, and with it the member's znode. Never fails. */
  close(): Promise<void>;
}

type Connection = Pick<ConnectOptions, 'connect' | 'auth' | 'sessionTimeoutMs'>;

const defaultSessionTimeoutMs = 10_000;

export function connectionOf({ connect, auth = [], sessionTimeoutMs }: Connection, signal: AbortSignal) {
  return { connect, auth, sessionTimeoutMs: sessionTimeoutMs ?? defaultSessionTimeoutMs, signal };
}

export async function openLink(connection: Connection, signal: AbortSignal): Promise<Link> {
  const options = connectionOf(connection, signal);
  const session = await openWireSession(options);
  let current: Promise<Channel> | undefined;
  let closed = false;
  const renew = async (before: Promise<Channel> | undefined): Promise<Channel> => {
    const open = await before?.catch(() => undefined);
    if (open !== undefined && !open.closed.aborted) return open;
    const channel = await openChannel(options);
    // Nobody else would: `close` has been and gone.
    if (closed) await channel.close();
    return channel;
  };
  return {
    session,
    channel: () => (current = renew(current)),
    async close() {
      closed = true;
      const channel = await current?.catch(() => undefined);
      await channel?.close();
      await session.close();
    },
  };
}
