import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        // The official client, which the tests' witness and one suite use, lives in native code and does not survive worker
        // threads: forks.
        test: {
          name: 'servers',
          pool: 'forks',
          globalSetup: ['harness/shared-server.ts'],
          include: ['test/{contract,integration,e2e}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // As in `npm run test:unit`: starting a process for each file takes longer than most of them.
        test: { name: 'unit', isolate: false, include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 },
      },
    ],
  },
});
