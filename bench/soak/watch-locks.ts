/**
 * Looks for locks that are held while nobody lives: lock nodes of a session without a connection. The server removes them
 * when the session has not been heard of for its timeout; one that stays longer is held too long.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ZooKeeperServer } from '../../harness/zookeeper-server.ts';

export interface SeenLocks {
  /** Lock nodes that stayed longer than they may. */
  heldTooLong: number;
  /** The longest that a lock node was there without its owner. */
  longestOrphanMs: number;
}

export interface LockWatch {
  readonly seen: SeenLocks;
  stop(): Promise<void>;
}

/** The server expires sessions a tick at a time, and the machine may be busy. */
const slackMs = 2000;
const everyMs = 250;
const lockNode = /\/lock\/lock-[^/]+$/u;

export function watchLocks(server: ZooKeeperServer, sessionTimeoutMs: number): LockWatch {
  const seen: SeenLocks = { heldTooLong: 0, longestOrphanMs: 0 };
  const stopping = new AbortController();
  // By path, since when. A server that was started again hears every session afresh, so nothing is carried over.
  const orphans = new Map<string, { readonly since: number; counted: boolean }>();
  let of = server.pid;
  const look = async (): Promise<void> => {
    // Connections first: a session that connects in between is taken for an orphan once, and no longer the next time.
    const [connections, sessions] = [await server.command('cons'), await server.command('dump')];
    const now = performance.now();
    if (server.pid !== of) orphans.clear();
    of = server.pid;
    const dead = orphansIn(connections, sessions);
    for (const path of orphans.keys()) if (!dead.includes(path)) orphans.delete(path);
    for (const path of dead) {
      const orphan = orphans.get(path) ?? { since: now, counted: false };
      orphans.set(path, orphan);
      const ms = Math.round(now - orphan.since);
      seen.longestOrphanMs = Math.max(seen.longestOrphanMs, ms);
      if (ms <= sessionTimeoutMs + slackMs || orphan.counted) continue;
      seen.heldTooLong += 1;
      orphan.counted = true;
    }
  };
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // No answer: it was killed.
      await look().catch(() => orphans.clear());
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const watching = watch();
  return {
    seen,
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

/** Lock nodes whose session has no connection, from the answers to `cons` and `dump`. */
export function orphansIn(connections: string, sessions: string): string[] {
  const connected = new Set([...connections.matchAll(/\bsid=(0x[\da-f]+)/gu)].map(([, id]) => id));
  const orphans: string[] = [];
  let owner = '';
  for (const line of sessions.split('\n')) {
    const id = /^(0x[\da-f]+):$/u.exec(line)?.[1];
    if (id !== undefined) owner = id;
    else if (lockNode.test(line) && !connected.has(owner)) orphans.push(line.trim());
  }
  return orphans;
}
