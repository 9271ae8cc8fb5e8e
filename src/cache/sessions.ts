/** The session that is open, or a new one: opened when it is first needed, and again after it was lost. */
import type { CacheSession } from './coordination/cache-session.ts';

export class Sessions {
  readonly #open: () => Promise<CacheSession>;
  #current: CacheSession | undefined;
  #opening: Promise<CacheSession> | undefined;
  #closed = false;

  constructor(open: () => Promise<CacheSession>) {
    this.#open = open;
  }

  /** The latest generation of the namespace that was heard of: earlier ones are known to be over. */
  get leastGeneration(): number {
    return this.#current?.leastGeneration ?? 0;
  }

  /** The one that is there, without asking. */
  get live(): CacheSession | undefined {
    return this.#current?.isOver === false ? this.#current : undefined;
  }

  get(): Promise<CacheSession> {
    const { live } = this;
    if (live !== undefined) return Promise.resolve(live);
    return (this.#opening ??= this.#renew().finally(() => (this.#opening = undefined)));
  }

  /** Never fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await this.#current?.close();
  }

  async #renew(): Promise<CacheSession> {
    await this.#current?.close();
    const session = await this.#open();
    this.#current = session;
    // Nobody else would: `close` has been and gone.
    if (this.#closed) await session.close();
    return session;
  }
}
