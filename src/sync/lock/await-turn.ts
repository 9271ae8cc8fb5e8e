/**
 * Waits until the own lock node is the first. Only the predecessor is watched: when a holder leaves, one waiter wakes up
 * and not all of them. Fails with `lock-lost` when the own lock node is gone, and as the session does when that ends.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Holder } from '../../model/holder.ts';
import type { Session } from '../../model/ports/session.ts';
import { parseHolder, unknownHolder } from './parse-holder.ts';
import { placeInQueue } from './place-in-queue.ts';

export interface Ahead {
  /** Whoever is directly before us, and the first to know of. */
  readonly predecessor?: Holder;
  /** How many are before us, the holder included. */
  readonly waiters: number;
}

/** @param wait waits for the predecessor, as long as the caller has patience. */
export async function awaitTurn(
  session: Session,
  directory: string,
  own: string,
  wait: (fired: Promise<void>, ahead: Ahead) => Promise<void>,
): Promise<void> {
  for (;;) {
    const children = (await session.getChildren(directory)) ?? [];
    const place = placeInQueue(children, own, directory);
    if (place.place === 'first') return;
    if (place.place === 'missing') throw removed(`${directory}/${own}`);
    const { predecessor, ahead } = place;
    const watched = await session.watch(`${directory}/${predecessor.name}`);
    if (watched === undefined) continue; // it has just left
    const holder = parseHolder(watched.data) ?? unknownHolder(predecessor.guid, watched.stat.ctime);
    await wait(watched.fired, { predecessor: holder, waiters: ahead });
  }
}

function removed(path: string): EnclosureError {
  return new EnclosureError('lock-lost', 'the place in the queue for the lock was lost', {
    where: path,
    found: 'the lock node is gone: an operator removed it, or the lock directory was deleted',
    next: 'Nothing was written. Run it again.',
  });
}
