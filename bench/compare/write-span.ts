/**
 * How fast a tree was written, told by the tree: the server stamps each znode with the transaction and the time of its
 * creation. The same for everyone, whatever they did before and after. The first transaction began before its stamp, so
 * its znodes do not count.
 */
import type { Stat } from '../../src/model/ports/channel.ts';

export class WriteSpan {
  #count = 0;
  #first: bigint | undefined;
  #ofFirst = 0;
  #begin = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;

  add({ czxid, ctime }: Pick<Stat, 'czxid' | 'ctime'>): void {
    this.#count += 1;
    if (this.#first === undefined || czxid < this.#first) {
      this.#first = czxid;
      this.#ofFirst = 0;
    }
    if (czxid === this.#first) this.#ofFirst += 1;
    this.#begin = Math.min(this.#begin, ctime);
    this.#end = Math.max(this.#end, ctime);
  }

  /** Undefined where all was written at once. */
  get znodesPerSecond(): number | undefined {
    if (this.#end <= this.#begin) return undefined;
    return ((this.#count - this.#ofFirst) * 1000) / (this.#end - this.#begin);
  }
}
