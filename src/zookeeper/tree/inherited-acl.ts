/**
 * The access control list that a new znode gets: that of its nearest existing ancestor. ZooKeeper itself inherits
 * nothing, and an open znode below a closed one is what nobody expects.
 */
import type { Acl } from '../../model/environment.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { parentPath } from '../../model/znode-path.ts';
import type { Channel } from '../../model/ports/channel.ts';

/**
 * Fails with `zookeeper-denied` where the list may not be read in full, with `zookeeper-failed` where not even `/`
 * exists: the chroot is missing.
 */
export async function inheritedAcl(channel: Pick<Channel, 'getAcl'>, path: string): Promise<readonly Acl[]> {
  for (let ancestor = parentPath(path); ; ancestor = parentPath(ancestor)) {
    const acl = await channel.getAcl(ancestor);
    if (acl !== undefined) {
      if (!isMasked(acl)) return acl;
      throw new EnclosureError('zookeeper-denied', 'the access control list to inherit cannot be read', {
        where: ancestor,
        expected: `the permission 'admin' on ${ancestor}`,
        found: 'a list whose passwords the server hides',
        next: `Grant 'admin' on ${ancestor}, or give the environment an access control list of its own.`,
      });
    }
    if (ancestor === '/') {
      throw new EnclosureError('zookeeper-failed', "the connect string's chroot does not exist", {
        where: path,
        next: 'Create the chroot znode, or correct the connect string.',
      });
    }
  }
}

/** Without the right `admin` the server shows `user:x` instead of a digest; copied, that would lock everybody out. */
export function isMasked(acl: readonly Acl[]): boolean {
  return acl.some(({ scheme, id }) => scheme === 'digest' && id.endsWith(':x'));
}
