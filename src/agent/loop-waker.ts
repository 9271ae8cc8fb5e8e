/** Wakes a loop: several reasons that come while it is busy are one. */
export class LoopWaker {
  readonly #waiting = new Set<() => void>();
  #isSet = false;

  set(): void {
    if (this.#waiting.size === 0) this.#isSet = true;
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next `set`, at once where there was one while nobody waited, or after `limitMs`. Never rejects. */
  async wait(signal: AbortSignal, limitMs?: number): Promise<void> {
    const isSet = this.#isSet;
    this.#isSet = false;
    if (isSet || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = limitMs === undefined ? undefined : setTimeout(() => wake(), limitMs);
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
