import { inspect } from 'node:util';

/**
 * A value that must never be printed. It is fetched when it is first needed, so that a command that does not need
 * it does not fail for the lack of it, and it shows as `[secret]` wherever an object is logged.
 */
export class Secret {
  readonly #fetch: () => Promise<string>;
  #value: Promise<string> | undefined;

  /** Where it comes from, for errors: `env NAME`, `file PATH`, `ssm NAME`, `secretsManager ID`. */
  readonly origin: string;

  constructor(origin: string, fetch: () => Promise<string>) {
    this.origin = origin;
    this.#fetch = fetch;
  }

  /** The value itself; fails with `secret-missing` where it cannot be had. Never put the result into an error or a log. */
  async reveal(): Promise<string> {
    const value = (this.#value ??= this.#fetch());
    // A function lives for hours: what could not be had once is asked for again when it is needed again.
    value.catch(() => {
      if (this.#value === value) this.#value = undefined;
    });
    return await value;
  }

  toJSON(): string {
    return '[secret]';
  }

  toString(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
