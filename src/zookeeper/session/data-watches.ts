/** Watches on the data of single znodes, each fired once: by a change, by a deletion, or by whoever ends them all. */
export class DataWatches {
  readonly #watches = new Map<string, Set<() => void>>();

  get paths(): readonly string[] {
    return [...this.#watches.keys()];
  }

  /** Returns what resolves when the watch fires. */
  add(path: string): Promise<void> {
    return new Promise((resolve) => {
      const watches = this.#watches.get(path) ?? new Set();
      watches.add(resolve);
      this.#watches.set(path, watches);
    });
  }

  fire(path: string): void {
    const watches = this.#watches.get(path) ?? [];
    this.#watches.delete(path);
    for (const fire of watches) fire();
  }

  fireAll(): void {
    for (const path of this.paths) this.fire(path);
  }
}
