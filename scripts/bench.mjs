/** `npm run bench`: measures the main job on a ZooKeeper of its own; see bench/main-job.ts. */
import { buildCommand, importBundled } from './run-bundled.mjs';
import { root, setup } from './setup.mjs';

setup();
buildCommand();
const { benchMainJob } = await importBundled('bench/main-job.ts');
await benchMainJob(root);
