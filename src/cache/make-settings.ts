/** The options with their defaults, and the parts that are made from them. Opens nothing yet. */
import { tmpdir } from 'node:os';
import type { EnclosureError } from '../base/enclosure-error.ts';
import type { BulkCacheOptions, Codec } from './bulk-cache-options.ts';
import { jsonCodec } from './fill/json-codec.ts';
import { openLevel1 } from './level1/open-level1.ts';
import type { CacheSettings } from './cache-settings.ts';
import { openStore } from './store/open-store.ts';

const mebibyte = 1024 * 1024;

export function makeSettings<T>(
  options: BulkCacheOptions<T>,
  onProblem: (error: EnclosureError) => void,
  { later, aside }: Pick<CacheSettings<T>, 'later' | 'aside'>,
): CacheSettings<T> {
  const { namespace, level1 = {} } = options;
  return {
    namespace,
    store: openStore(options.level2),
    level1: openLevel1({
      memoryBytes: level1.memoryBytes ?? 64 * mebibyte,
      directoryBytes: level1.directoryBytes ?? 1024 * mebibyte,
      ...(level1.directory !== undefined && { directory: level1.directory }),
      namespace,
      onProblem,
    }),
    codec: options.encode ?? (jsonCodec as Codec<T>),
    pages: options.pages ?? false,
    sort: options.sort,
    clean: options.clean,
    ttl: options.ttl,
    negativeTtl: options.negativeTtl ?? 0,
    staleWhileFilling: options.staleWhileFilling ?? false,
    staleOnError: options.staleOnError ?? false,
    fillTimeout: options.fillTimeout ?? 600_000,
    maxWaiters: options.maxWaiters ?? 1000,
    workingMemoryBytes: options.workingMemoryBytes ?? 64 * mebibyte,
    scratch: level1.directory ?? tmpdir(),
    later,
    aside,
  };
}
