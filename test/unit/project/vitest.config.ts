import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The tests about the project itself, without a server: `npm run check` runs them on a machine that has none. */
export default defineConfig({
  root: resolve(import.meta.dirname, '../../..'),
  // Bundling everything once takes seconds where the machine is busy.
  test: { include: ['test/unit/project/**/*.test.ts'], testTimeout: 60_000 },
});
