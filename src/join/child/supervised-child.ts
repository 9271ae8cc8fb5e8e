/**
 * Looks after the application as a child: starts it, starts it again on a change, and passes signals on to it. There is
 * never more than one: the old one and all that it started have ended before the new one starts.
 *
 * It is over when the child ends by itself, or after SIGTERM or SIGINT came from outside; a restart is no end.
 */
import type { CommandEnd } from './command-process.ts';
import type { Child } from './start-child.ts';

export interface SupervisedOptions {
  /** Starts a child with the variables of this moment. */
  readonly start: () => Child;
  /** How long a child may take to end before it gets SIGKILL. */
  readonly graceMs: number;
}

export class SupervisedChild {
  readonly #options: SupervisedOptions;
  /** Of the last child, when nothing is left of it. Fails with `command-failed` when one could not be started. */
  readonly ended: Promise<CommandEnd>;
  #resolve: (end: CommandEnd) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #child: Child | undefined;
  #isBeingReplaced = false;
  #isEnding = false;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ended.catch(() => undefined);
  }

  start(): void {
    try {
      this.#child = this.#options.start();
    } catch (error) {
      this.#fail(error);
      return;
    }
    void this.#watch(this.#child);
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.signal(name);
  }

  /** A signal that came from outside and is meant for the application. */
  pass(name: NodeJS.Signals): void {
    const asksToEnd = name === 'SIGTERM' || name === 'SIGINT';
    const isStopped = this.#isEnding || this.#isBeingReplaced;
    if (asksToEnd) this.#isEnding = true;
    // How it ends, `#watch` sees.
    if (asksToEnd && !isStopped) this.#child?.stop({ ...this.#options, signal: name }).catch(() => undefined);
    else this.#child?.signal(name);
  }

  /** Resolves when the new child has been started, or when there is to be none. */
  async restart(): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#isEnding) return;
    this.#isBeingReplaced = true;
    try {
      const end = await child.stop(this.#options);
      if (this.#isEnding) this.#resolve(end);
      else this.start();
    } finally {
      this.#isBeingReplaced = false;
    }
  }

  async #watch(child: Child): Promise<void> {
    try {
      const end = await child.ended;
      if (this.#isBeingReplaced) return;
      this.#isEnding = true;
      await child.stop(this.#options);
      this.#resolve(end);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#isEnding = true;
    this.#reject(error);
  }
}
