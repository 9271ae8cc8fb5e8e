/**
 * Makes the own lock node. When the reply to the create is lost, the node may be there or not, and a blind second create
 * would leave an orphan that this very client keeps alive and then waits for. So the own guid is looked for first, in a
 * node that this session owns: one of an earlier session goes away by itself, and the lock with it.
 */
import { EnclosureError, isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Holder } from '../../model/holder.ts';
import type { Session } from '../../model/ports/session.ts';
import { holderData } from './parse-holder.ts';
import { lockNodePrefix, lockQueue } from './place-in-queue.ts';

/**
 * Returns the name of the own lock node. Fails with `lock-lost` where there is no lock directory. Once the signal has
 * fired nothing more is created: whoever gave up has cleaned up behind itself.
 */
export async function enqueue(
  session: Session,
  directory: string,
  holder: Holder,
  signal: AbortSignal,
): Promise<string> {
  const prefix = `${directory}/${lockNodePrefix(holder.guid)}`;
  for (;;) {
    throwIfAborted(signal);
    try {
      const path = await session.create(prefix, holderData(holder), { ephemeral: true, sequential: true });
      return path.slice(directory.length + 1);
    } catch (error) {
      if (isEnclosureError(error, 'conflict')) throw directoryMissing(directory, error);
      if (!isEnclosureError(error, 'zookeeper-connection-lost')) throw error;
    }
    const [found] = await ownNodes(session, directory, holder.guid);
    if (found !== undefined) return found;
  }
}

/** The names of this attempt's lock nodes that belong to this session. */
export async function ownNodes(session: Session, directory: string, guid: string): Promise<string[]> {
  // After a reconnect it may be another server that answers, and one that has not heard of the create yet.
  await session.sync(directory);
  const children = (await session.getChildren(directory)) ?? [];
  const own: string[] = [];
  for (const { name } of lockQueue(children).filter((node) => node.guid === guid)) {
    const stat = await session.exists(`${directory}/${name}`);
    if (stat?.ephemeralOwner === session.id) own.push(name);
  }
  return own;
}

function directoryMissing(directory: string, cause: EnclosureError): EnclosureError {
  return new EnclosureError('lock-lost', 'there is no lock directory', {
    where: directory,
    found: 'it was deleted while the run began',
    next: 'Run it again: every run creates it where it is missing.',
    cause,
  });
}
