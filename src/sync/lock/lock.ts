/** A lock that is held: its fence, its loss and its release. */
import { orAborted } from '../../base/or-aborted.ts';
import type { Session } from '../../model/ports/session.ts';
import type { Fence } from './fence.ts';

export interface Lock {
  readonly fence: Fence;
  /** The own lock node's path. */
  readonly node: string;
  /** Fires when the session is lost, and the lock with it. Safety is the fence's; this is for stopping early. */
  readonly lost: AbortSignal;
  /**
   * Lets the next one in; never fails. `left-to-session`: the server could not be asked in time, and the lock is free
   * when the session is closed, or at the latest when it expires. So close the session in any case.
   */
  release(): Promise<Released>;
}

export type Released = 'released' | 'left-to-session';

const releaseLimitMs = 5_000;

/** Deletes lock nodes of this session, as far as that can be done within a limit. */
export async function removeLockNodes(
  session: Session,
  find: () => Promise<readonly string[]>,
): Promise<Released> {
  const remove = async (): Promise<void> => {
    for (const path of await find()) await session.delete(path);
  };
  try {
    await orAborted(remove(), AbortSignal.timeout(releaseLimitMs));
    return 'released';
  } catch {
    return 'left-to-session';
  }
}
