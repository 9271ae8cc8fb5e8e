import { orAborted } from '../../base/or-aborted.ts';
import type { Claim } from '../coordination/claim.ts';
import type { WatchedEntry } from '../coordination/watched-entry.ts';

/**
 * Resolves when the claim is good no more: its key, or its generation, was invalidated, the key was dropped, or the session
 * was lost. Rejects with the signal's error. That it has not resolved proves nothing; only publishing does.
 */
export async function watchClaim(claim: Claim, entry: WatchedEntry, signal: AbortSignal): Promise<void> {
  const { session, paths, filling } = claim;
  for (;;) {
    try {
      // The claim was written through another connection, maybe to a server that is ahead of the session's.
      await orAborted(session.link.session.sync(paths.entry), signal);
      const seen = await orAborted(entry.look(session), signal);
      const namespace = await orAborted(session.namespace(), signal);
      if (seen.facts.filling?.token !== filling.token) return;
      if (namespace.version !== claim.namespace.version) return;
      await orAborted(Promise.race([seen.changed, namespace.changed]), signal);
    } catch (error) {
      if (session.isOver) return;
      throw error;
    }
  }
}
