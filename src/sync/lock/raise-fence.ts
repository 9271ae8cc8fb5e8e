/**
 * Makes the first in the queue the holder: writes it into the lock directory, in a transaction that also checks its lock
 * node. The version that comes back is where the fence begins. Fails with `lock-lost` when the lock node is gone.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Holder } from '../../model/holder.ts';
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { codes, zookeeperError } from '../../zookeeper/wire/protocol/zookeeper-error.ts';
import { Fence } from './fence.ts';
import { holderData } from './parse-holder.ts';

export async function raiseFence(
  channel: Channel,
  directory: string,
  lockNode: string,
  waiter: Holder,
): Promise<Fence> {
  const holder = { ...waiter, since: new Date().toISOString() };
  try {
    const [, written] = await channel.multi([
      { op: 'check', path: lockNode, version: -1 },
      { op: 'setData', path: directory, data: holderData(holder), version: -1 },
    ]);
    if (written?.op !== 'setData')
      throw new EnclosureError('protocol-violated', 'a transaction returned no version');
    return new Fence({ directory, lockNode, holder, version: written.stat.version });
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw error;
    if (error.zookeeperCode !== codes.noNode) {
      const { op, path } = error.operation;
      throw zookeeperError(error.zookeeperCode, { operation: op, path, cause: error });
    }
    throw new EnclosureError('lock-lost', 'the lock was lost before it was held', {
      where: error.operation.path,
      found: 'the lock node or the lock directory is gone: the session expired, or an operator removed it',
      next: 'Nothing was written. Run it again.',
      cause: error,
    });
  }
}
