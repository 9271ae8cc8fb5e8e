/**
 * Becomes the filler of a key's next epoch, or finds that another process is.
 *
 * 1. The ephemeral znode `filler-<epoch>-<token>` is created: it belongs to this claim alone, and disappears when its owner dies.
 * 2. One transaction checks that znode and writes the state `filling` over the version that was read. Of several processes that
 *    want the epoch one succeeds; the others find that the version has moved on, and delete their znodes again.
 *
 * Death between the two leaves the state as it was, without the znode: nothing has happened.
 */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isEnclosureError } from '../../base/enclosure-error.ts';
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import { shieldZnode } from '../../zookeeper/tree/shield-znode.ts';
import type { CacheSession, Namespace } from './cache-session.ts';
import { formatEntry, parseEntry, type EntryFacts, type Filling } from './parse-entry.ts';
import type { EntryPaths } from './entry-paths.ts';
import type { Seen, WatchedEntry } from './watched-entry.ts';

/** The right to publish one epoch. */
export interface Claim {
  readonly session: CacheSession;
  readonly paths: EntryPaths;
  /** As the entry's znode has it. */
  readonly facts: EntryFacts;
  readonly filling: Filling;
  /** The namespace's generation when the call began. */
  readonly namespace: Namespace;
}

const owner = `${hostname()}:${process.pid}`;

/** Undefined where somebody else was faster. */
export async function claimFill(
  session: CacheSession,
  entry: WatchedEntry,
  seen: Seen,
): Promise<Claim | undefined> {
  const { paths } = entry;
  const epoch = seen.facts.epoch + 1;
  const token = randomBytes(8).toString('hex');
  const filler = paths.filler(epoch, token);
  const namespace = await session.namespace();
  if (!(await createOwn(session, filler))) return undefined;
  const filling: Filling = { token, owner, since: session.now() };
  const facts: EntryFacts = { ...seen.facts, epoch, state: 'filling', filling, failure: null };
  let isWritten = false;
  try {
    await shieldZnode(session.link.session, await session.link.channel(), paths.entry, filler);
    isWritten = await write(session, paths, { facts, filler, version: seen.version });
  } finally {
    entry.forget();
    // Left behind, it would keep everybody waiting for as long as the session lives.
    if (!isWritten) await session.link.session.delete(filler).catch(() => undefined);
  }
  if (isWritten) return { session, paths, facts, filling, namespace };
  // So that what is looked at next is what the faster one wrote, whichever server this session is connected to.
  await session.link.session.sync(paths.entry);
  return undefined;
}

async function createOwn({ link }: CacheSession, path: string): Promise<boolean> {
  const { session } = link;
  try {
    await session.create(path, Buffer.from(owner), { ephemeral: true });
  } catch (error) {
    if (!isEnclosureError(error, 'conflict', 'zookeeper-connection-lost')) throw error;
    // A reply that was lost, or an entry that was dropped.
    return (await session.exists(path))?.ephemeralOwner === session.id;
  }
  return true;
}

interface Write {
  readonly facts: EntryFacts;
  readonly filler: string;
  readonly version: number;
}

/** False where the version had moved on. */
async function write(
  session: CacheSession,
  paths: EntryPaths,
  { facts, filler, version }: Write,
): Promise<boolean> {
  let tried = false;
  return await session.ask(async (channel) => {
    if (tried) {
      const found = await channel.getData(paths.entry);
      const stored = found === undefined ? undefined : parseEntry(found.data, paths.entry);
      if (stored?.filling?.token === facts.filling?.token) return true;
    }
    tried = true;
    try {
      const results = await channel.multi([
        { op: 'check', path: filler, version: 0 },
        { op: 'setData', path: paths.entry, data: formatEntry(facts), version },
      ]);
      const set = results[1];
      if (set?.op === 'setData') session.setClock(set.stat.mtime);
      return true;
    } catch (error) {
      if (error instanceof TransactionFailed && error.retryable) return false;
      throw error;
    }
  });
}
