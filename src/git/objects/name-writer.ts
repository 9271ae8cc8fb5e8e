import type { CatFile } from './cat-file.ts';

/** Names that may be asked and not answered. More than a buffer of git can hold answers for, or it would wait for us. */
const window = 4_096;
const writeAtOnce = 8_192;

export type NameIterator = Iterator<string, void, undefined> | AsyncIterator<string, void, undefined>;

/** Writes names to git while their answers are read, never more than a window ahead. */
export class NameWriter {
  readonly #first: readonly string[];
  readonly #rest: NameIterator;
  readonly #git: CatFile;
  #asked = 0;
  #answered = 0;
  #done = false;
  #stopped = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #progress: (() => void) | undefined;

  constructor(first: readonly string[], rest: NameIterator, git: CatFile) {
    this.#first = first;
    this.#rest = rest;
    this.#git = git;
    void this.#run()
      .catch((error: unknown) => (this.#failure = { error }))
      .finally(() => {
        this.#done = true;
        this.#git.end();
        this.#progress?.();
      });
  }

  answered(count: number): void {
    this.#answered = count;
    if (this.#asked - count <= window / 2) this.#wake?.();
  }

  /** Whether an answer number `answered` is to come; undefined while that is open. */
  tryExpects(answered: number): boolean | undefined {
    this.throwIfFailed();
    if (this.#asked > answered) return true;
    return this.#done ? false : undefined;
  }

  /** Throws what the source of the names failed with. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Waits until `tryExpects` may know more. */
  async progress(): Promise<void> {
    await new Promise<void>((resolve) => (this.#progress = resolve));
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    let text = '';
    for (let index = 0; !this.#stopped; index += 1) {
      const name = this.#first[index] ?? (await this.#next());
      if (name !== undefined) {
        text += `${name}\n`;
        this.#asked += 1;
      }
      if (name === undefined || text.length >= writeAtOnce) {
        await this.#git.write(text);
        text = '';
        this.#progress?.();
      }
      if (name === undefined) return;
      while (this.#asked - this.#answered >= window && !this.#stopped) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    await this.#rest.return?.();
  }

  async #next(): Promise<string | undefined> {
    const step = await this.#rest.next();
    return step.done === true ? undefined : step.value;
  }
}
