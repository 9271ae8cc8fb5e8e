/** Reads whether an environment is held. Never writes. Fails with `state-unreadable` and `state-newer` as the state does. */
import { stillHolds, type Hold } from '../model/hold.ts';
import type { Channel } from '../model/ports/channel.ts';
import { parseHold } from './parse-hold.ts';
import { statePaths } from './state-paths.ts';
import type { StateOwner } from './read-state.ts';

/** What the hold znode says, whether its time has passed or not. */
export interface StoredHold {
  readonly hold?: Hold;
  /** Of the znode; -1 where it does not exist. */
  readonly version: number;
  /**
   * When the lock was last taken or written under, milliseconds since 1970 by the servers' clock; 0 for never. Whoever
   * holds the lock has just written there: for them it is the time, whatever the clock of their machine says.
   */
  readonly lockWritten: number;
}

export async function readHold(channel: Channel, environment: StateOwner): Promise<StoredHold> {
  const paths = statePaths(environment);
  const [found, lock] = await channel.multiRead([
    { op: 'getData', path: paths.hold },
    { op: 'getData', path: paths.lock },
  ]);
  const lockWritten = lock?.op === 'getData' ? lock.stat.mtime : 0;
  if (found?.op !== 'getData') return { version: -1, lockWritten };
  return { hold: parseHold(found.data, paths.hold), version: found.stat.version, lockWritten };
}

/** What holds now, as whoever holds the lock has to see it. */
export function holdUnderLock({ hold, lockWritten }: StoredHold): Hold | undefined {
  return hold !== undefined && stillHolds(hold, lockWritten) ? hold : undefined;
}

/**
 * What holds now, as far as it can be told without the lock, to show it: by this machine's clock, which is not believed
 * where it is behind what the servers have written.
 */
export function shownHold({ hold, lockWritten }: StoredHold, now = Date.now()): Hold | undefined {
  return hold !== undefined && stillHolds(hold, Math.max(now, lockWritten)) ? hold : undefined;
}
