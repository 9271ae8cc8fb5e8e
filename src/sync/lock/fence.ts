/**
 * The fence: two operations that open every transaction of a holder, so that one who lost the lock cannot write.
 *
 * `setData(lock directory, progress, v0 + k)` refuses anyone who was superseded, and chains the transactions of one run:
 * when one fails, those sent after it fail too. `check(own lock node)` refuses a holder whose session is gone. Neither is
 * enough alone: when the lock directory was deleted and made again, its version starts again, and so do the numbers of
 * the lock nodes, but not with our guid in the name.
 *
 * It only makes operations and reads answers; sending is the caller's.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Channel, Operation } from '../../model/ports/channel.ts';
import type { Holder } from '../../model/holder.ts';
import { TransactionFailed } from '../../zookeeper/wire/connection-lost.ts';
import { codes } from '../../zookeeper/wire/protocol/zookeeper-error.ts';
import { describeHolder, holderData, parseHolder } from './parse-holder.ts';

/** Room that the fence's two operations and the frame's own fields need at most. */
export const fenceReserve = 2048;

export interface FenceOptions {
  /** The lock directory. */
  readonly directory: string;
  /** The own lock node's path. */
  readonly lockNode: string;
  readonly holder: Holder;
  /** The lock directory's version right after the holder wrote itself into it. */
  readonly version: number;
}

export class Fence {
  readonly #options: FenceOptions;
  /** Which transaction an operation of ours opened, to say in an error how far the run got. */
  readonly #transactions = new WeakMap<Operation, number>();
  #opened = 0;

  constructor(options: FenceOptions) {
    this.#options = options;
  }

  /** How many transactions were opened since the lock was acquired. */
  get opened(): number {
    return this.#opened;
  }

  /**
   * The operations that must open the next transaction, in this order and before all others. It must be sent then, or
   * every later one will be refused.
   */
  open(done: number, total: number): [Operation, Operation] {
    const operations = this.peek(done, total);
    for (const operation of operations) this.#transactions.set(operation, this.#opened);
    this.#opened += 1;
    return operations;
  }

  /** What `open` would return, to know its length. */
  peek(done: number, total: number): [Operation, Operation] {
    const { directory, lockNode, holder, version } = this.#options;
    return [
      {
        op: 'setData',
        path: directory,
        data: holderData({ ...holder, done, total }),
        version: version + this.#opened,
      },
      { op: 'check', path: lockNode, version: -1 },
    ];
  }

  /**
   * After a lost connection: how many transactions have landed since the lock was acquired, as the lock directory tells.
   * The fence goes on from there. Fails with `lock-lost` when the lock directory is no longer ours.
   *
   * What the server is still to be told by the broken connection may land later; the versions then refuse the repetition.
   */
  async landed(channel: Channel): Promise<number> {
    const { directory, holder, version } = this.#options;
    await channel.sync(directory);
    const current = await channel.getData(directory);
    if (current === undefined) throw this.#lost('the lock directory was deleted');
    const named = parseHolder(current.data);
    if (named?.guid !== holder.guid) {
      throw this.#lost(
        named === undefined ? 'its data were overwritten' : `held by ${describeHolder(named)}`,
      );
    }
    const landed = current.stat.version - version;
    if (landed < 0 || landed > this.#opened)
      throw this.#lost('the lock directory was written by someone else');
    this.#opened = landed;
    return landed;
  }

  /**
   * `lock-lost` when the fence is what refused the transaction, otherwise undefined. To be asked of the first that failed
   * of those in flight: the ones after it fail at the fence because of it, whatever it failed of itself.
   */
  explain(error: unknown): EnclosureError | undefined {
    if (!(error instanceof TransactionFailed)) return undefined;
    const { index, zookeeperCode: code, operation } = error;
    const landed = this.#transactions.get(operation);
    if (index === 0 && code === codes.badVersion) {
      return this.#lost('somebody else has taken the lock since', landed, error);
    }
    if (index === 0 && code === codes.noNode) {
      return this.#lost('the lock directory was deleted', landed, error);
    }
    if (index === 1 && code === codes.noNode) {
      return this.#lost(
        'the lock node is gone: the session expired, or an operator removed it',
        landed,
        error,
      );
    }
    return undefined;
  }

  #lost(found: string, landed?: number, cause?: unknown): EnclosureError {
    const after = landed === undefined ? '' : ` after ${landed} of its transactions`;
    return new EnclosureError('lock-lost', `the lock was lost${after}`, {
      where: this.#options.directory,
      found,
      next: 'Nothing was written since. Run it again; `enclosure status` shows who holds the lock now.',
      ...(cause !== undefined && { cause }),
    });
  }
}
