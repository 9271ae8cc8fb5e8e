/** The ensemble's time, which decides what is outdated. */
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { NamespacePaths } from '../coordination/entry-paths.ts';

/** Learnt by a write to the namespace's clock; if an operator may only read, this host's time instead. */
export async function ensembleTime(channel: Channel, { clock }: NamespacePaths): Promise<number> {
  try {
    const data = new Uint8Array();
    const [result] = await channel.multi([{ op: 'setData', path: clock, data, version: -1 }]);
    return result?.op === 'setData' ? result.stat.mtime : Date.now();
  } catch (error) {
    if (error instanceof TransactionFailed) return Date.now();
    throw error;
  }
}
