/**
 * The fetch from the git host that we make for all who share the cache, if it turns out to be us: an ordinary fetch into our
 * own copy, then the bundle for the others. It is the cache that begins and ends it: it goes on when our caller has what it
 * needs, or has given up.
 */
import { endedBy } from '../process/fetch-failure.ts';
import { createBundle } from './create-bundle.ts';
import type { FetchOptions } from '../remote/within-limits.ts';
import { runGit } from '../process/git-process.ts';
import type { LocalCopy } from '../copy/local-copy.ts';
import type { OnFailure } from '../process/stream-lines.ts';

export interface FetchForAllParts {
  readonly copy: LocalCopy;
  readonly fetch: Omit<FetchOptions, 'signal'>;
  readonly onFailure: OnFailure;
}

export class FetchForAll {
  /** To be given to the cache. */
  readonly fill: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** What our fetch found, as soon as it ends: before the bundle is made. Never settles when we are not asked to fetch. */
  readonly head: Promise<string>;
  #begun = false;
  #refusal: unknown;

  /** The bundle is of `commit`, less what `base` has, whatever the branch's head is when it is fetched. */
  constructor(branch: string, commit: string, base: string | undefined, parts: FetchForAllParts) {
    let found: (head: string) => void = () => undefined;
    let failed: (error: unknown) => void = () => undefined;
    this.head = new Promise((resolve, reject) => {
      found = resolve;
      failed = reject;
    });
    this.head.catch(() => undefined);
    const { copy, fetch, onFailure } = parts;
    const { gitDirectory, environment } = fetch;

    this.fill = async function* (this: FetchForAll, signal: AbortSignal) {
      this.#begun = true;
      // By a process of its own: the reader of the repository may be closed by now, and would be opened again.
      const verify = async (head: string): Promise<void> => {
        const git = { environment, signal };
        const { exit } = await runGit(['cat-file', '-e', `${head}^{commit}`], git);
        if (exit.code !== 0) throw endedBy(signal, () => onFailure(exit));
      };
      try {
        found(await copy.fetchBranch(branch, verify, { signal }));
      } catch (error) {
        if (!signal.aborted) this.#refusal = error;
        failed(error);
        throw error;
      }
      yield* createBundle(commit, base, { gitDirectory, environment, onFailure, signal });
    }.bind(this);
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** The error of our fetch, unless it is that the cache ended it. */
  get refusal(): unknown {
    return this.#refusal;
  }
}
