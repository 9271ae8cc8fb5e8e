/**
 * Sends transactions, a few at a time, each opened by the fence. What the fence's version chain guarantees the writer
 * relies on: transactions land in order or not at all, so after a lost connection the lock directory's version tells
 * exactly how many have landed, and the rest is sent again. Nothing is ever applied twice.
 *
 * Fails with `lock-lost` when the fence refuses, with `conflict` when a znode is no longer what the plan compared, with
 * `zookeeper-connection-lost` when the server stays away. After a failure nothing more is sent.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError, isEnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import type { Fence } from '../lock/fence.ts';
import { TransactionFailed } from '../../zookeeper/channel/open-channel.ts';
import { orAborted } from '../../base/or-aborted.ts';
import type { Channel, Operation } from '../../model/ports/channel.ts';

/** In flight at once: one costs a quarter of the speed here and far more over a network; more than four gain nothing. */
const window = 4;
/** How often a connection may be lost before the run gives up; the next run finishes what this one began. */
const maxRecoveries = 5;

interface Entry {
  /** How many transactions the fence had opened before this one. */
  readonly index: number;
  readonly operations: readonly Operation[];
  readonly done: number;
  readonly settled: Promise<unknown>;
}

export interface FencedWriterOptions {
  readonly channel: Channel;
  readonly fence: Fence;
  /** Opens a new channel after one was lost. */
  readonly reconnect: () => Promise<Channel>;
  /** Steps of the whole plan, for the progress in the lock directory. */
  readonly total: number;
  readonly onLanded?: (done: number) => void;
  readonly signal?: AbortSignal;
}

export class FencedWriter {
  readonly #options: FencedWriterOptions;
  readonly #entries: Entry[] = [];
  readonly #first: number;
  #channel: Channel;
  #recoveries = 0;

  constructor(options: FencedWriterOptions) {
    this.#options = options;
    this.#channel = options.channel;
    this.#first = options.fence.opened;
  }

  /** The channel in use; another one than at the beginning after a reconnect. */
  get channel(): Channel {
    return this.#channel;
  }

  /** Transactions sent, including those in flight. */
  get transactions(): number {
    return this.#options.fence.opened - this.#first;
  }

  /** Sends one transaction as soon as there is room. `done` says how many steps are written once it has landed. */
  async send(operations: readonly Operation[], done: number): Promise<void> {
    while (this.#entries.length >= window) await this.#settleOldest();
    throwIfAborted(this.#options.signal);
    this.#launch(operations, done);
  }

  /**
   * Reads on the channel in use, and again on a new one when that is lost: whoever reads between two transactions must not
   * end a run that the transactions themselves would survive.
   */
  async read<T>(request: (channel: Channel) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await request(this.#channel);
      } catch (error) {
        if (!isEnclosureError(error, 'zookeeper-connection-lost')) throw error;
        await this.#recover(error);
      }
    }
  }

  /** Waits until everything sent has landed. */
  async drain(): Promise<void> {
    while (this.#entries.length > 0) await this.#settleOldest();
  }

  /**
   * Waits until the server has answered everything, however: afterwards nothing of ours is under way. A run that is told to
   * stop does not wait: what may still land, the fence refuses once the lock node is gone.
   */
  async quiesce(): Promise<void> {
    const answered = Promise.all(this.#entries.map((entry) => entry.settled));
    await this.#unlessStopped(answered).catch(() => undefined);
  }

  #launch(operations: readonly Operation[], done: number): void {
    const { fence, total } = this.#options;
    const index = fence.opened;
    const request = this.#channel.multi([...fence.open(done, total), ...operations]);
    // The outcome is looked at in order, in settleOldest; until then a failure must not count as unhandled.
    const settled = request.then(
      () => undefined,
      (error: unknown) => error,
    );
    this.#entries.push({ index, operations, done, settled });
  }

  async #settleOldest(): Promise<void> {
    const entry = this.#entries[0];
    if (entry === undefined) return;
    const error = await this.#unlessStopped(entry.settled);
    if (error === undefined) {
      this.#entries.shift();
      this.#options.onLanded?.(entry.done);
    } else if (this.#mayHaveLanded(error)) {
      await this.#recover(error);
    } else {
      throw this.#explain(error);
    }
  }

  /** A server that answers pings but no transaction must not hold a run beyond its deadline. */
  async #unlessStopped<T>(waiting: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    return signal === undefined ? await waiting : await orAborted(waiting, signal);
  }

  /**
   * A lost reply says nothing about the transaction. And after a reconnect a refused fence may mean that the first copy
   * landed late, from the old connection: the lock directory tells.
   */
  #mayHaveLanded(error: unknown): boolean {
    if (isEnclosureError(error, 'zookeeper-connection-lost', 'zookeeper-session-expired')) return true;
    return this.#recoveries > 0 && error instanceof TransactionFailed && error.index === 0;
  }

  async #recover(cause: unknown): Promise<void> {
    const { fence, signal } = this.#options;
    await this.quiesce();
    for (;;) {
      this.#recoveries += 1;
      if (this.#recoveries > maxRecoveries) throw cause;
      throwIfAborted(signal);
      try {
        if (this.#channel.closed.aborted) this.#channel = await this.#options.reconnect();
        const landed = await fence.landed(this.#channel);
        this.#resend(landed);
        return;
      } catch (error) {
        if (!isEnclosureError(error, 'zookeeper-connection-lost', 'zookeeper-unreachable')) throw error;
        await delay(100 * 2 ** this.#recoveries, undefined, signal === undefined ? {} : { signal }).catch(
          () => undefined,
        );
      }
    }
  }

  /** Sends again what has not landed; the fence was set back to where the server is. */
  #resend(landed: number): void {
    const unsettled = this.#entries.splice(0);
    for (const entry of unsettled) {
      if (entry.index < landed) this.#options.onLanded?.(entry.done);
      else this.#launch(entry.operations, entry.done);
    }
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof TransactionFailed)) return error;
    const lost = this.#options.fence.explain(error);
    if (lost !== undefined) return lost;
    if (!conflicts.has(error.codeName)) return error;
    return new EnclosureError(
      'conflict',
      `the server refused to ${error.operation.op} a znode: ${error.codeName}`,
      {
        where: error.operation.path,
        expected: 'the znode as it was when it was compared',
        next: 'Somebody changed it in between; the plan is made again from what is there now.',
        cause: error,
      },
    );
  }
}

/** The answers that mean "not as it was compared", as opposed to rights, quotas and the like. */
const conflicts: ReadonlySet<string> = new Set([
  'NONODE',
  'NODEEXISTS',
  'BADVERSION',
  'NOTEMPTY',
  'NOCHILDRENFOREPHEMERALS',
]);
