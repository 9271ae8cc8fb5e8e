/** Who holds a lock and who waits for it, as others see it. Takes nothing and writes nothing. */
import type { Holder } from '../../model/holder.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { parseHolder, unknownHolder } from './parse-holder.ts';
import { lockQueue } from './place-in-queue.ts';

export interface LockReport {
  readonly holder?: Holder;
  /** First come first. */
  readonly waiters: readonly Holder[];
}

/** How many lock nodes are read: a longer queue is cut, for this is shown to a person. */
const most = 200;

/** Undefined where there is no lock directory: nothing was ever deployed. */
export async function readLock(channel: Channel, directory: string): Promise<LockReport | undefined> {
  await channel.sync(directory);
  const children = await channel.getChildren(directory);
  if (children === undefined) return undefined;
  const queue = lockQueue(children).slice(0, most);
  const [written, ...nodes] = await channel.multiRead(
    [directory, ...queue.map(({ name }) => `${directory}/${name}`)].map((path) => ({ op: 'getData', path })),
  );
  const holders = queue.flatMap(({ guid }, index) => {
    const node = nodes[index];
    // Gone since the listing: whoever it was neither holds nor waits.
    if (node?.op !== 'getData') return [];
    return [parseHolder(node.data) ?? unknownHolder(guid, node.stat.ctime)];
  });
  const [first, ...waiters] = holders;
  if (first === undefined) return { waiters };
  // The directory names the first in the queue only once it has raised its fence; before that, its predecessor.
  const progress = written?.op === 'getData' ? parseHolder(written.data) : undefined;
  return { holder: progress?.guid === first.guid ? { ...first, ...progress } : first, waiters };
}
