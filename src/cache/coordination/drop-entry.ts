/**
 * Deletes a key's znodes. A fill that is under way thereby loses its claim, and its waiters begin again. Removing what is
 * in level 2 is left to the caller, and comes afterwards: the other way round a reader would find a result without parts.
 */
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import type { Channel } from '../../model/ports/channel.ts';

/** As often as somebody else may come in between. */
const attempts = 10;

/**
 * @param version that the entry's znode must still have, if given; then a key that is being filled or read along stays as well
 * @returns whether it is gone
 */
export async function dropEntry(channel: Channel, entry: string, version?: number): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const inner = await namesBelow(channel, entry);
    if (inner === undefined) return version === undefined;
    const atRest = inner.length <= 2; // its progress and its streams, and nobody below
    if (version !== undefined && !atRest) return false;
    try {
      await channel.multi([
        ...inner.map((path) => ({ op: 'delete' as const, path, version: -1 })),
        { op: 'delete', path: entry, version: version ?? -1 },
      ]);
      return true;
    } catch (error) {
      if (!(error instanceof TransactionFailed) || !error.retryable) throw error;
      if (version !== undefined) return false;
      if (attempt === attempts) throw error;
    }
  }
}

/** Everything below, children before parents; undefined if the znode does not exist. */
async function namesBelow(channel: Channel, path: string): Promise<string[] | undefined> {
  const children = await channel.getChildren(path);
  if (children === undefined) return undefined;
  const below = await Promise.all(
    children.map(async (name) => {
      const child = `${path}/${name}`;
      return [...((await namesBelow(channel, child)) ?? []), child];
    }),
  );
  return below.flat();
}
