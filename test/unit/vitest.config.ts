import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * `npm run test:unit`: with the npm packages alone. No server is started and nothing is built. The files share their
 * processes, which takes half the time: whatever a test changes in one it puts back.
 */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    name: 'unit',
    include: ['test/unit/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    isolate: false,
  },
});
