/**
 * Takes a key's znodes away. A fill that is under way loses its claim by that, and those who wait begin again. What lies in
 * level 2 is the caller's to remove, afterwards: the other way round a reader would find a result without parts.
 */
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import type { Channel } from '../../model/ports/channel.ts';

/** As often as somebody else may come in between. */
const attempts = 10;

/**
 * @param version of the entry's znode, where it has to be that one; then a key that is being filled or read along stays as well
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

/** Everything below, children before parents; undefined where there is no such znode. */
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
