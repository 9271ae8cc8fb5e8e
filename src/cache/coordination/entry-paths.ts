/** Where the cache keeps its state in ZooKeeper, and how a key is named there. */
import { createHash } from 'node:crypto';
import { joinPath } from '../../model/znode-path.ts';

export interface NamespacePaths {
  /** The namespace itself: its generation. */
  readonly namespace: string;
  /** Written to learn the ensemble's time. */
  readonly clock: string;
}

export interface EntryPaths {
  /** The state of the key. Changes with every transition and at no other time: whatever waits for the result watches it. */
  readonly entry: string;
  /** How far the call is; only readers of the running fill watch it. */
  readonly progress: string;
  /** Ephemeral children, one for each reader of the running fill, whose parts must not be removed yet. */
  readonly streams: string;
  /**
   * Ephemeral: the owner of this fill, and of no other. A name that somebody else could make again, of an entry that was dropped
   * for example, would prove nothing to a transaction that checks it.
   */
  readonly filler: (epoch: number, token: string) => string;
}

/** Below which the namespaces lie. */
export function cacheRoot(stateRoot: string): string {
  return joinPath(stateRoot, 'cache');
}

export function namespacePaths(stateRoot: string, namespace: string): NamespacePaths {
  const path = joinPath(cacheRoot(stateRoot), namespace);
  return { namespace: path, clock: `${path}/clock` };
}

/** @param digest the key's digest */
export function entryPaths({ namespace }: NamespacePaths, digest: string): EntryPaths {
  const entry = `${namespace}/${digest}`;
  return {
    entry,
    progress: `${entry}/progress`,
    streams: `${entry}/streams`,
    filler: (epoch, token) => `${entry}/filler-${epoch}-${token}`,
  };
}

/**
 * The name of a key: SHA-256 of its UTF-8, so that `printf %s KEY | sha256sum` finds it. A text with half a surrogate pair
 * has no UTF-8 of its own; a first byte that no UTF-8 text begins with sets it apart.
 */
export function keyDigest(key: string): string {
  const hash = createHash('sha256');
  if (!/\p{Surrogate}/u.test(key)) hash.update(key, 'utf8');
  else hash.update(Buffer.from([0xff])).update(Buffer.from(key, 'utf16le'));
  return hash.digest('hex');
}

export function isKeyDigest(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
