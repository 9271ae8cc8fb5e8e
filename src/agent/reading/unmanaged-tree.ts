/**
 * A tree that Enclosure does not manage: it has no revisions, so what counts as one state is what was read while nothing
 * changed. One recursive watch tells of changes; where the server has none (ZooKeeper before 3.6) the tree is read every
 * few seconds instead.
 */
import type { Channel } from '../../model/ports/channel.ts';
import type { Observation } from './observe.ts';
import { readWholeTree } from './read-whole-tree.ts';
import { makeRevisionTree, type RevisionTree } from './revision-tree.ts';
import type { LoopWaker } from '../loop-waker.ts';

export class UnmanagedTree {
  readonly #environment: string;
  readonly #root: string;
  readonly #wake: LoopWaker;
  #watching: { readonly channel: Channel; readonly told: boolean } | undefined;
  #changes = 0;

  constructor(environment: string, root: string, wake: LoopWaker) {
    this.#environment = environment;
    this.#root = root;
    this.#wake = wake;
  }

  /** Gives `unmanaged` where there is no such tree, `moved` where it changed meanwhile. */
  async observe(
    channel: Channel,
    known: RevisionTree | undefined,
    signal: AbortSignal,
  ): Promise<Observation> {
    const told = await this.#watch(channel);
    const changes = this.#changes;
    const znodes = await readWholeTree(channel, this.#root, known, signal);
    // What was told before this is an answer to what happened before it.
    await channel.sync(this.#root);
    if (changes !== this.#changes) return { kind: 'moved' };
    if (znodes === undefined) return { kind: 'unmanaged' };
    const facts = { environment: this.#environment, znode: this.#root, revision: null, commit: null };
    return { kind: 'whole', tree: makeRevisionTree(facts, znodes), watched: told };
  }

  async #watch(channel: Channel): Promise<boolean> {
    if (this.#watching?.channel === channel) return this.#watching.told;
    const told = await channel.watchTree(this.#root, () => {
      this.#changes += 1;
      this.#wake.set();
    });
    channel.closed.addEventListener('abort', () => this.#wake.set(), { once: true });
    this.#watching = { channel, told };
    return told;
  }
}
