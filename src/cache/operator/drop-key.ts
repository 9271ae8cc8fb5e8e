/**
 * Deletes one key's znodes, unless a process is working on it. With `force` even then: the fill loses its claim, waiters
 * begin again, and readers of the running fill are cut off.
 *
 * Fails as the channel does, and with `conflict` if the key changes again and again.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { dropEntry } from '../coordination/drop-entry.ts';
import type { EntryPaths } from '../coordination/entry-paths.ts';

/** What is working on a key. */
export interface AtWork {
  readonly kind: 'filled' | 'read-along';
  /** `host:pid` of the filler. */
  readonly owner?: string;
  /** Since when; ensemble's clock. */
  readonly since?: number;
}

const attempts = 10;

/** Undefined when it is gone. */
export async function dropKey(
  channel: Channel,
  paths: EntryPaths,
  force: boolean,
): Promise<AtWork | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const found = await channel.getData(paths.entry);
    // Somebody else did it.
    if (found === undefined) return undefined;
    if (force) {
      await dropEntry(channel, paths.entry);
      return undefined;
    }
    const atWork = await whoIsAtWork(channel, paths);
    if (atWork !== undefined) return atWork;
    if (await dropEntry(channel, paths.entry, found.stat.version)) return undefined;
  }
  throw new EnclosureError('conflict', 'the key keeps changing', {
    where: paths.entry,
    next: 'Try once more, or add --force.',
  });
}

/** By the znodes, whatever the state says: it may be one that cannot be understood. */
async function whoIsAtWork(channel: Channel, { entry, streams }: EntryPaths): Promise<AtWork | undefined> {
  const [below = [], readers = []] = await Promise.all([
    channel.getChildren(entry),
    channel.getChildren(streams),
  ]);
  const fillers = below.filter((name) => name.startsWith('filler-'));
  const reads = fillers.map((name) => channel.getData(`${entry}/${name}`));
  const [filler] = (await Promise.all(reads)).filter((read) => read !== undefined);
  if (filler !== undefined) {
    return { kind: 'filled', owner: filler.data.toString(), since: filler.stat.ctime };
  }
  return readers.length > 0 ? { kind: 'read-along' } : undefined;
}
