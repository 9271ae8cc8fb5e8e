/**
 * What the repository needs of a cache that many processes share, so that those that need the same commit make one fetch
 * from the git host. Types only; `shared-fetch-branch.ts` uses it.
 */

export interface SharedFetch {
  /**
   * The bytes of a bundle, made once by whoever asks first. Nothing happens before the first of them is asked for. A fill,
   * once begun, goes on for the others, even when nobody reads here any more.
   *
   * Fails with whatever the fill or the cache fails with. How long it may take is for the implementation to say.
   */
  bundle(
    key: string,
    fill: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  /** Something of the cache failed and the repository was fetched instead; for the log. Must not throw. */
  onFallback(error: unknown): void;
  /** The repository was closed: ends what was begun for it. Never fails. */
  close(): Promise<void>;
}
