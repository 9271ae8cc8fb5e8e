import type { Refusal, RefusalCode } from '../../model/plan.ts';

/** Named one by one; the rest is counted. Enough to see what is wrong, and never a message of megabytes. */
const named = 20;

/** Collects what is wrong with a tree: everything, not only the first, so that a person repairs it in one go. */
export class Findings {
  readonly #refusals = new Map<RefusalCode, string[]>();
  readonly #more = new Map<RefusalCode, number>();
  readonly #warnings: string[] = [];
  #moreWarnings = 0;

  refuse(code: RefusalCode, message: string): void {
    const messages = this.#refusals.get(code) ?? [];
    this.#refusals.set(code, messages);
    if (messages.length < named) messages.push(message);
    else this.#more.set(code, (this.#more.get(code) ?? 0) + 1);
  }

  warn(message: string): void {
    if (this.#warnings.length < named) this.#warnings.push(message);
    else this.#moreWarnings += 1;
  }

  get refused(): boolean {
    return this.#refusals.size > 0;
  }

  get problems(): readonly Refusal[] {
    return [...this.#refusals].flatMap(([code, messages]) => {
      const more = this.#more.get(code);
      const all = more === undefined ? messages : [...messages, `and ${more} more of this kind`];
      return all.map((message) => ({ code, message }));
    });
  }

  get warnings(): readonly string[] {
    if (this.#moreWarnings === 0) return this.#warnings;
    return [...this.#warnings, `and ${this.#moreWarnings} more warnings`];
  }
}
