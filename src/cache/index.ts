/**
 * `enclosure/cache`: one bulk call for many processes. Knows nothing of git, plans and deployments.
 */
export { bulkCache } from './bulk-cache.ts';
export type {
  BulkCache,
  BulkCacheOptions,
  CacheEvent,
  CacheState,
  Codec,
  Connection,
  Counters,
  Fill,
  GetOptions,
  Invalidation,
  Level1,
  Level2,
  Progress,
} from './bulk-cache-options.ts';
export { EnclosureError, isEnclosureError, type ErrorCode } from '../base/enclosure-error.ts';
