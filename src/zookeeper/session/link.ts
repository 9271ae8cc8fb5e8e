/**
 * One session with the ensemble and, beside it, a channel for bulk reads and transactions. The session is what counts: when
 * it ends, so does the link. The channel is only a way to ask: where it broke, the next asker gets a new one.
 */
import { openChannel } from '../channel/open-channel.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { OpenOptions } from '../../model/connection-options.ts';
import type { Session } from '../../model/ports/session.ts';
import { openWireSession } from './open-wire-session.ts';

export interface Link {
  readonly session: Session;
  /** The open channel, or a new one. Fails as `openChannel` does. */
  channel(): Promise<Channel>;
  /** Ends the session, and with it its ephemeral znodes. Never fails. */
  close(): Promise<void>;
}

/** Fails as `openWireSession` does. */
export async function openLink(options: OpenOptions): Promise<Link> {
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
