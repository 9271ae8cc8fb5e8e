/**
 * Reads along: hands out the items of a fill as they arrive in level 2, whichever process makes the call. A reader
 * announces itself with an ephemeral znode, so that the raw parts stay until they are read; then it looks once more,
 * because the fill may have ended in between.
 */
import { randomBytes } from 'node:crypto';
import { EnclosureError, isEnclosureError } from '../../base/enclosure-error.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { CacheSession } from '../coordination/cache-session.ts';
import { parseProgress } from '../coordination/published-progress.ts';
import type { WatchedEntry } from '../coordination/watched-entry.ts';
import { partName } from '../fill/part-writer.ts';
import { decodePart } from '../parts/encode-part.ts';
import { shownKey } from '../shown-key.ts';
import type { PartStore } from '../store/part-store.ts';

export interface FollowOptions {
  readonly session: CacheSession;
  readonly entry: WatchedEntry;
  readonly epoch: number;
  /** The token of the fill. */
  readonly token: string;
  readonly store: PartStore;
  /** `<namespace>/<key>/<epoch>-<token>`. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Batches of encoded items. Returns whether that was all; false where the fill ended early, or was over before it could be
 * read along. Fails as the store and the session do.
 */
export async function* followFill(
  options: FollowOptions,
): AsyncGenerator<readonly Buffer[], boolean, undefined> {
  const { session, entry, token, epoch, store, folder, signal } = options;
  const { session: zookeeper } = session.link;
  const { progress, streams, filler } = entry.paths;
  const mark = `${streams}/${randomBytes(8).toString('hex')}`;
  await orAborted(announce(session, mark), signal);
  try {
    if (!(await isFilling(options))) return false;
    const alive = await orAborted(zookeeper.watch(filler(epoch, token)), signal);
    // Its znode never changes and, once gone, never comes back.
    let ended = alive === undefined;
    void alive?.fired.then(() => (ended = true));
    let next = 0;
    for (;;) {
      // Asked before the progress is read: what a filler published in its last moment is seen.
      const hadEnded = ended;
      const published = await orAborted(zookeeper.watch(progress), signal);
      const seen = published === undefined ? undefined : parseProgress(published.data);
      const known = seen?.token === token ? seen : undefined;
      for (; next < (known?.parts ?? 0); next += 1) {
        const bytes = await orAborted(store.get(`${folder}/${partName('raw', next)}`, signal), signal);
        const items = bytes === undefined ? undefined : await decodePart(bytes);
        if (items === undefined) return false;
        yield items;
      }
      if (known?.complete === true) return true;
      if (hadEnded || alive === undefined || published === undefined) return false;
      await orAborted(Promise.race([alive.fired, published.fired]), signal);
    }
  } finally {
    // It goes with the session where it cannot be taken away now.
    void zookeeper.delete(mark).catch(() => undefined);
  }
}

async function announce({ link: { session } }: CacheSession, mark: string): Promise<void> {
  for (;;) {
    try {
      await session.create(mark, new Uint8Array(), { ephemeral: true });
      return;
    } catch (error) {
      if (!isEnclosureError(error, 'conflict', 'zookeeper-connection-lost')) throw error;
      // The request was lost, or only its reply. This fails once no connection will come back.
      if ((await session.exists(mark)) !== undefined) return;
    }
  }
}

async function isFilling({ session, entry, token, signal }: FollowOptions): Promise<boolean> {
  entry.forget();
  const { facts } = await orAborted(entry.look(session), signal);
  return facts.filling?.token === token;
}

export function interrupted(key: string): EnclosureError {
  return new EnclosureError(
    'stream-interrupted',
    'the call ended early, and some of its items were handed out',
    {
      where: shownKey(key),
      found: 'its process died, the key was invalidated, or a part of it was lost',
      next: 'Ask again from the beginning, or use get, which hands out finished results only.',
    },
  );
}
