/**
 * A repository whose branch is fetched from the moment it is open, while the lock is still being taken: both take their time,
 * and neither needs the other. The head counts for a run that got the lock at once, because it was asked for after the run
 * began. A run that had to wait asks again: what was pushed meanwhile is applied with it (docs/decisions/0016).
 */
import type { GitRepository } from '../../model/ports/git-repository.ts';

export class FetchAhead {
  readonly repository: GitRepository;
  readonly #stop = new AbortController();
  #fetch: Promise<string> | undefined;
  #counts = false;

  constructor(repository: GitRepository) {
    this.repository = repository;
  }

  /** @param signal ends the fetch, as `close` does */
  begin(branch: string, signal: AbortSignal | undefined): this {
    const stop = this.#stop.signal;
    this.#fetch = this.repository.fetchBranch(branch, {
      signal: signal === undefined ? stop : AbortSignal.any([stop, signal]),
    });
    // Whether it failed is asked under the lock, if at all.
    this.#fetch.catch(() => undefined);
    this.#counts = true;
    return this;
  }

  /** The head counts no more. */
  discard(): void {
    this.#counts = false;
  }

  /** The head, once; undefined where it does not count. Fails as the fetch did. */
  take(): Promise<string> | undefined {
    if (!this.#counts) return undefined;
    this.discard();
    return this.#fetch;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#fetch?.catch(() => undefined);
    await this.repository.close();
  }
}
