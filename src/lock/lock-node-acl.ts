/**
 * The binding can only create with the open access control list. Whoever may write to the own lock node could also take
 * our right to read it, and with it the fence's check. So it gets the lock directory's list, where that is not open.
 * (Deleting is the directory's to permit.)
 */
import type { Acl } from '../model/environment.ts';
import type { Channel } from '../zookeeper/operations.ts';
import type { Session } from '../zookeeper/session.ts';
import { isMasked } from '../zookeeper/inherited-acl.ts';

export async function shieldLockNode(
  session: Session,
  channel: Channel,
  directory: string,
  node: string,
): Promise<void> {
  const acl = await channel.getAcl(directory);
  // A masked list cannot be copied. The lock works without it.
  if (acl === undefined || isOpen(acl) || isMasked(acl)) return;
  await session.setAcl(node, acl);
}

function isOpen(acl: readonly Acl[]): boolean {
  return acl.some(
    ({ scheme, id, permissions }) => scheme === 'world' && id === 'anyone' && permissions === 31,
  );
}
