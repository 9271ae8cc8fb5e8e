import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * `npm run test:unit`: with the npm packages alone. No server is started and nothing is built. The files share their
 * processes, which takes half the time; whatever a test changes in one it puts back, and `npm test` gives each file its own.
 */
export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: { include: ['test/unit/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 2, isolate: false },
});
