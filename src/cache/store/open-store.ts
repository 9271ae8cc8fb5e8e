/** The store that the options name. Opening touches neither disk nor network, and does not fail. */
import type { Level2 } from '../bulk-cache-options.ts';
import { openDirectoryStore } from './open-directory-store.ts';
import type { PartStore } from './part-store.ts';
import { openS3Store } from './open-s3-store.ts';

export function openStore(level2: Level2): PartStore {
  return 's3' in level2 ? openS3Store(level2.s3) : openDirectoryStore(level2.directory);
}
