/** What the ensemble says about a key, and what follows from it. */
import type { CacheSession } from '../coordination/cache-session.ts';
import { decide, type Decision } from '../coordination/decide.ts';
import type { Seen, WatchedEntry } from '../coordination/watched-entry.ts';

export interface Situation {
  readonly seen: Seen;
  readonly generation: number;
  readonly decision: Decision;
  /** Resolves when the filler's znode is gone. */
  readonly fillerEnded: Promise<void>;
}

/** Fails as the session does. `waitedFor` is of `decide`. */
export async function assessKey(
  entry: WatchedEntry,
  session: CacheSession,
  waitedFor?: number,
): Promise<Situation> {
  for (;;) {
    const seen = await entry.look(session);
    const { generation } = await session.namespace();
    const { facts } = seen;
    const filler = await seen.filler();
    // A filler that has just published is gone, and what was known is outdated: the news of the state arrived first.
    if (entry.known(session) !== seen && !session.isOver) continue;
    const known = { facts, fillerAlive: filler.isAlive, generation, now: session.now() };
    const { ended: fillerEnded } = filler;
    return { seen, generation, decision: decide(known, waitedFor), fillerEnded };
  }
}
