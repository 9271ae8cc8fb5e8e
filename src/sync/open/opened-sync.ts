/** What a sync works with: a channel, the lock's session, and the repository whose branch is being fetched already. */
import { openTogether } from '../../base/open-together.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Environment } from '../../model/environment.ts';
import type { Session } from '../../model/ports/session.ts';
import type { SyncRequest } from '../../model/sync/sync-request.ts';
import { FetchAhead } from './fetch-ahead.ts';
import type { OpenRun } from './open-run.ts';

export interface OpenedSync {
  /** The channel in use: after a lost connection another one than at the beginning. */
  readonly channel: Channel;
  readonly session: Session;
  readonly fetching: FetchAhead;
  /** Goes on with another channel; the one before is closed or broken. */
  goOnWith(channel: Channel): void;
  /** The session is closed last: with it goes whatever is left of the lock. */
  close(): Promise<void>;
}

export async function openSync(
  { branch }: Environment,
  request: SyncRequest,
  open: OpenRun,
  signal: AbortSignal | undefined,
): Promise<OpenedSync> {
  const [fetching, first, session] = await openTogether(
    // First, because git takes longest.
    open.repository(signal).then((repository) => {
      const ahead = new FetchAhead(repository);
      return request.repair === true ? ahead : ahead.begin(branch, signal);
    }),
    open.channel(signal),
    open.session(signal),
  );
  let channel = first;
  return {
    get channel() {
      return channel;
    },
    session,
    fetching,
    goOnWith(next) {
      channel = next;
    },
    async close() {
      await Promise.all([channel.close(), fetching.close()]);
      await session.close();
    },
  };
}
