/**
 * The binding can only create with the open access control list. Whoever may write to an ephemeral znode of ours could also
 * take our right to read it, and with it a lock's fence. So it gets its parent's list, where that is not open. (Deleting
 * is the parent's to permit.)
 */
import type { Acl } from '../../model/environment.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { Session } from '../../model/ports/session.ts';
import { isMasked } from './inherited-acl.ts';

export async function shieldZnode(
  session: Session,
  channel: Channel,
  parent: string,
  znode: string,
): Promise<void> {
  const acl = await channel.getAcl(parent);
  // A masked list cannot be copied, and the znode serves its purpose without.
  if (acl === undefined || isOpen(acl) || isMasked(acl)) return;
  await session.setAcl(znode, acl);
}

function isOpen(acl: readonly Acl[]): boolean {
  return acl.some(
    ({ scheme, id, permissions }) => scheme === 'world' && id === 'anyone' && permissions === 31,
  );
}
