/**
 * Everything the quickstart starts or makes is undone here, last first: at the end, on a failure and on Ctrl-C. One
 * undoing that fails does not keep the others from being tried.
 */
export class CleanUp {
  readonly #undos: { readonly what: string; readonly undo: () => Promise<void> }[] = [];
  #running: Promise<readonly string[]> | undefined;

  /** Nothing more is begun once this is true. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Fails when everything is being undone already, so that whoever is still making things stops; this is undone too. */
  add(what: string, undo: () => Promise<void>): void {
    this.#undos.push({ what, undo });
    if (this.isRunning) throw new Error('interrupted');
  }

  /** For what takes a while to start: interrupted meanwhile, it is waited for and ended. */
  async start<T>(what: string, starting: Promise<T>, stop: (started: T) => Promise<void>): Promise<T> {
    this.add(what, async () => {
      const started = await starting.catch(() => undefined);
      if (started !== undefined) await stop(started);
    });
    return await starting;
  }

  /** Returns what could not be undone. The second call waits for the first. */
  async run(): Promise<readonly string[]> {
    this.#running ??= this.#undoAll();
    return await this.#running;
  }

  async #undoAll(): Promise<readonly string[]> {
    const left: string[] = [];
    for (let entry = this.#undos.pop(); entry !== undefined; entry = this.#undos.pop()) {
      try {
        await entry.undo();
      } catch (error) {
        left.push(`${entry.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return left;
  }
}
