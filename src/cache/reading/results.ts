/**
 * Hands out results: from memory, from the disk, from level 2. A result is brought from level 2 once for all callers of
 * this process, and that goes on even if the caller that asked first has left.
 */
import type { FinishedResult } from '../coordination/parse-entry.ts';
import type { CacheSettings } from '../cache-settings.ts';
import {
  bringToLevel1,
  findInLevel1,
  idOf,
  readable,
  type Bringing,
  type ReadableResult,
} from './bring-to-level1.ts';

export class Results {
  readonly #bringing: Bringing;
  readonly #underWay = new Map<string, Promise<ReadableResult | undefined>>();

  constructor(
    { namespace, store, level1 }: Pick<CacheSettings<never>, 'namespace' | 'store' | 'level1'>,
    signal: AbortSignal,
    onRepair: Bringing['onRepair'],
  ) {
    this.#bringing = { namespace, store, level1, signal, onRepair };
  }

  /** Costs about a microsecond. */
  inMemory(key: string, result: FinishedResult): ReadableResult | undefined {
    const local = this.#bringing.level1.inMemory(idOf(key, result));
    return local === undefined ? undefined : readable(local, key, result, this.#bringing);
  }

  /**
   * `level` is where it was found. Undefined if it is whole nowhere: it has to be made again. Fails with `store-failed`
   * where level 2 does not answer.
   */
  async open(
    key: string,
    result: FinishedResult,
  ): Promise<{ readonly readable: ReadableResult; readonly level: ReadableResult['level'] } | undefined> {
    const near = await findInLevel1(key, result, this.#bringing);
    if (near !== undefined) return { readable: near, level: near.level };
    const { token } = result;
    const before = this.#underWay.get(token);
    if (before === undefined) {
      const bringing = bringToLevel1(key, result, this.#bringing).finally(() => this.#underWay.delete(token));
      this.#underWay.set(token, bringing);
      const mine = await bringing;
      return mine === undefined ? undefined : { readable: mine, level: 'level2' };
    }
    if ((await before) === undefined) return undefined;
    // The other one's is the other one's to close.
    const now = await findInLevel1(key, result, this.#bringing);
    const mine = now ?? (await bringToLevel1(key, result, this.#bringing));
    return mine === undefined ? undefined : { readable: mine, level: 'level2' };
  }
}
