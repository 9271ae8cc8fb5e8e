/**
 * `npm run quickstart`: makes the machine ready, builds, and plays scripts/quickstart/main.ts. `-- --keep` leaves
 * everything running afterwards.
 */
import { buildCommand, importBundled } from './run-bundled.mjs';
import { root, setup } from './setup.mjs';

setup();
buildCommand();
const { quickstart } = await importBundled('scripts/quickstart/main.ts');
// Exits even where a step that was interrupted still waits for something.
process.exit(await quickstart({ root, keep: process.argv.includes('--keep') }));
