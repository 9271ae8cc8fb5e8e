import { defineConfig } from 'vitest/config';

// Forks: the tests read the tree with `zookeeper` (harness/official-client.ts), whose native code does not survive worker threads.
export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: ['harness/shared-server.ts'],
    include: ['test/{unit,contract,integration,e2e}/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
