/**
 * When a membership has begun: there is a configuration to use, and the member can be seen. And when it has failed to:
 * the time is up, or something was met that no waiting mends.
 *
 * With a last good revision kept on disk, what would be a failure for want of ZooKeeper or of a whole tree becomes a start
 * on that one, marked stale; the member appears when it can. A refusal of credentials or of the configuration itself does
 * not: an application must not run on for weeks on what nobody can change any more without anybody noticing.
 */
import { EnclosureError, abortedError, type ErrorCode } from '../base/enclosure-error.ts';
import type { StateOwner } from '../state/read-state.ts';
import type { ConfigKeeper } from './config-keeper.ts';
import type { JoinOptions } from './membership.ts';
import { loadLastGood } from './load-last-good.ts';

const defaultTimeoutMs = 30_000;
/** Of the time that there is, how much ZooKeeper gets before the kept revision is used. */
const shareBeforeStale = 1 / 3;

const keptHelps: ReadonlySet<ErrorCode> = new Set([
  'environment-unmanaged',
  'state-unreadable',
  'config-rejected',
]);

export class MembershipStart {
  readonly done: Promise<void>;
  readonly #options: JoinOptions;
  readonly #environment: StateOwner;
  readonly #keeper: ConfigKeeper;
  readonly #timeoutMs: number;
  readonly #clear: () => void;
  #resolve: () => void = () => undefined;
  #reject: (error: EnclosureError) => void = () => undefined;
  #isStale = false;
  #isSeen = false;
  #isOver = false;
  #reason: EnclosureError | undefined;

  constructor(options: JoinOptions, environment: StateOwner, keeper: ConfigKeeper) {
    this.#options = options;
    this.#environment = environment;
    this.#keeper = keeper;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const late = setTimeout(() => this.#end(this.#timeout()), this.#timeoutMs);
    const stale = setTimeout(() => void this.#useKept(), this.#timeoutMs * shareBeforeStale);
    const { signal } = options;
    const abort = (): void => signal && this.#end(abortedError(signal));
    signal?.addEventListener('abort', abort, { once: true });
    this.#clear = () => {
      clearTimeout(late);
      clearTimeout(stale);
      signal?.removeEventListener('abort', abort);
    };
    if (signal?.aborted === true) abort();
  }

  /** Something is in use. */
  decided(): void {
    if (this.#isSeen || this.#isStale) this.#end();
  }

  /** The member's znode is there. */
  seen(): void {
    this.#isSeen = true;
    if (this.#keeper.config !== undefined) this.#end();
  }

  /** Why it has not begun yet, should the time run out. */
  note(reason: EnclosureError): void {
    this.#reason = reason;
  }

  /** Nothing to go on with: ends it, unless waiting or a kept revision helps. */
  fail(error: EnclosureError): void {
    if (this.#isOver) return;
    this.note(error);
    if (error.retryable) return;
    if (!keptHelps.has(error.code)) this.#end(error);
    else if (this.#keeper.config === undefined) void this.#useKeptOrEnd(error);
  }

  end(): void {
    this.#end(new EnclosureError('aborted', 'the membership was ended before it had begun'));
  }

  #end(error?: EnclosureError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#clear();
    if (error === undefined) this.#resolve();
    else this.#reject(error);
  }

  async #useKeptOrEnd(error: EnclosureError): Promise<void> {
    if (!(await this.#useKept())) this.#end(error);
  }

  async #useKept(): Promise<boolean> {
    const { cacheDirectory } = this.#options;
    if (cacheDirectory === undefined || this.#isStale) return false;
    const kept = await loadLastGood(cacheDirectory, this.#environment);
    if (kept === undefined || this.#isOver || this.#keeper.config !== undefined) return false;
    this.#isStale = true;
    this.#keeper.propose(kept, true);
    return true;
  }

  #timeout(): EnclosureError {
    const limit = `within ${this.#timeoutMs} ms`;
    if (this.#reason === undefined) {
      return new EnclosureError('zookeeper-busy', `the environment was not joined ${limit}`, {
        where: this.#options.connect,
      });
    }
    const { code, message } = this.#reason;
    return new EnclosureError(code, `the environment was not joined ${limit}: ${message}`, {
      cause: this.#reason,
    });
  }
}
