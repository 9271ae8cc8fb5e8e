/**
 * What shared fetches did for a run.
 *
 * - `hit`: somebody else had fetched the commit; `wait`: somebody had to wait for it.
 * - `fill`: this run fetched for all; `takeover`: for one that died meanwhile.
 * - `repair`: what was fetched was not whole any more.
 * - `fallback`: the cache failed, and the run fetched by itself; `problem`: something failed that did no harm.
 */
export type SharedFetchEvent =
  | { readonly event: 'hit' | 'wait' | 'fill' | 'takeover' | 'repair' }
  | { readonly event: 'fallback' | 'problem'; readonly error: unknown };

export type SharedFetchEventName = SharedFetchEvent['event'];
