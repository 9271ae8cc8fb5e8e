import { defineConfig } from 'vitest/config';

// `zookeeper` lives in native code, which does not survive worker threads: forks.
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
