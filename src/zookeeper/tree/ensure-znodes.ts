/**
 * Creates the bookkeeping znodes where they are missing, with what is missing above them, in one transaction. Each gets
 * the access control list of its nearest existing ancestor. Several runs may do this at the same time.
 *
 * Fails with `zookeeper-denied`, naming the znode and the permission that is needed.
 */
import type { EnclosureError } from '../../base/enclosure-error.ts';
import { ancestorsOf } from '../../model/znode-path.ts';
import { TransactionFailed } from '../wire/connection-lost.ts';
import type { Channel } from '../../model/ports/channel.ts';
import { codes, zookeeperError } from '../wire/protocol/zookeeper-error.ts';
import { inheritedAcl } from './inherited-acl.ts';

/** As often as somebody else may come in between. */
const attempts = 10;

export async function ensureZnodes(channel: Channel, wanted: readonly string[]): Promise<void> {
  // Parents first: shorter paths before longer ones.
  const paths = [...new Set(wanted.flatMap((path) => [...ancestorsOf(path), path]))].toSorted(
    (one, other) => one.length - other.length,
  );
  for (let attempt = 1; ; attempt += 1) {
    const reads = await channel.multiRead(paths.map((path) => ({ op: 'getChildren', path })));
    const missing = paths.filter((_path, index) => reads[index]?.op === 'missing');
    if (missing.length === 0) return;
    const creates = await Promise.all(
      missing.map(async (path) => ({
        op: 'create' as const,
        path,
        data: new Uint8Array(),
        acl: await inheritedAcl(channel, path),
      })),
    );
    try {
      await channel.multi(creates);
      return;
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      if (!raced.has(error.zookeeperCode) || attempt === attempts) throw explain(error);
    }
  }
}

/** Somebody created or deleted one of them since we looked. */
const raced: ReadonlySet<number> = new Set([codes.nodeExists, codes.noNode]);

function explain(error: TransactionFailed): EnclosureError {
  const { op, path } = error.operation;
  return zookeeperError(error.zookeeperCode, { operation: op, path, cause: error });
}
