import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectoryStore } from '../../src/cache/store/open-directory-store.ts';
import { describePartStore } from './part-store.ts';

describePartStore('a directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-store-'));
  const store = openDirectoryStore(join(directory, 'made', 'on-demand'));
  const other = openDirectoryStore(join(directory, 'made', 'on-demand'));
  return {
    store,
    other,
    async stop() {
      await Promise.all([store.close(), other.close()]);
      await rm(directory, { recursive: true });
    },
  };
});
