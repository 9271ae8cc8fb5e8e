/**
 * Enclosure as a user of the bulk call cache: what the processes need of a commit is one bulk call, made by the first of them
 * (`snapshotCache` in the configuration). A cache for one run: it is opened when the first bundle is asked for, and the end of
 * the run waits, within limits, until what this run fetched is there for the others. A frozen function keeps no session.
 *
 * Fails never: whatever is wrong with the cache reaches `onEvent`, and the repository is fetched as without it.
 */
import { orAborted } from '../../base/or-aborted.ts';
import type { BulkCache, CacheEvent, Codec } from '../../cache/bulk-cache-options.ts';
import type { SharedFetch } from '../../git/shared-fetch/shared-fetch.ts';
import type { SharedFetches } from '../../model/environment.ts';
import type { SharedFetchEvent } from '../../model/shared-fetch-event.ts';
import { connectionTo } from './connection-to.ts';

export interface SharedFetchesOptions {
  readonly snapshotCache: SharedFetches;
  readonly stateRoot: string;
  readonly onEvent: ((event: SharedFetchEvent) => void) | undefined;
  /** Of the run. */
  readonly signal: AbortSignal | undefined;
}

/** Below the state root, `cache/snapshots`. */
const namespace = 'snapshots';

const bytes: Codec<Uint8Array> = { encode: (item) => item, decode: (item) => item };

export function shareFetches(options: SharedFetchesOptions): SharedFetch {
  const { snapshotCache, onEvent, signal } = options;
  let opening: Promise<BulkCache<Uint8Array>> | undefined;
  let closed = false;
  return {
    async *bundle(key, fill, { signal: waiting }) {
      const cache = await (opening ??= open(options));
      const deadline = snapshotCache.timeoutMs;
      yield* cache.get(key, fill, { deadline, ...(waiting !== undefined && { signal: waiting }) });
    },
    onFallback(error) {
      // The one who fetched goes on at once, and reads its own bundle no further than it has come by then.
      if (!closed) onEvent?.({ event: 'fallback', error });
    },
    async close() {
      closed = true;
      const cache = await opening?.catch(() => undefined);
      if (cache === undefined) return;
      const limit = AbortSignal.timeout(snapshotCache.timeoutMs);
      const end = signal === undefined ? limit : AbortSignal.any([limit, signal]);
      await orAborted(cache.settled(), end).catch(() => undefined);
      await cache.close();
    },
  };
}

async function open({ snapshotCache, stateRoot, onEvent }: SharedFetchesOptions) {
  // Imported when it is needed: most runs have no such cache, or find the commit in their own copy.
  const { bulkCache } = await import('../../cache/bulk-cache.ts');
  const { sessionTimeoutMs, ...connection } = await connectionTo(snapshotCache.ensemble);
  return bulkCache<Uint8Array>({
    ...connection,
    sessionTimeout: sessionTimeoutMs,
    stateRoot,
    namespace: namespace,
    level2: snapshotCache.level2,
    // The local copy of the repository is what a level 1 would be.
    level1: { memoryBytes: 0, directoryBytes: 0 },
    encode: bytes,
    ttl: snapshotCache.ttlMs,
    onEvent: (event) => tell(event, onEvent),
  });
}

function tell(event: CacheEvent, onEvent: SharedFetchesOptions['onEvent']): void {
  switch (event.type) {
    case 'hit':
    case 'wait':
    case 'repair':
      onEvent?.({ event: event.type });
      break;
    case 'filling':
      onEvent?.({ event: 'fill' });
      if (event.takeover) onEvent?.({ event: 'takeover' });
      break;
    case 'problem':
      onEvent?.({ event: 'problem', error: event.error });
      break;
    // It is old or new, nothing else: a commit never changes. How a fill ended, its caller hears.
    case 'stale':
    case 'filled':
    case 'fill-failed':
  }
}
