/**
 * `npm run bench`: measures the main job on a ZooKeeper of its own (bench/main-job.ts); `npm run bench -- functions`: the
 * packaged functions, as Lambda runs them (bench/functions.ts); `npm run bench -- agents`: the application's side
 * (bench/agents.ts); `npm run bench -- cache`: the bulk call cache (bench/bulk-cache.ts), `-- cache overhead hits` only some of it.
 */
import { join } from 'node:path';
import { buildCommand, importBundled } from './run-bundled.mjs';
import { root, setup } from './setup.mjs';

const [what = 'main-job', ...parts] = process.argv.slice(2);
if (what === 'functions') {
  setup({ zookeeper: false, awsTools: true });
  const { benchFunctions } = await importBundled('bench/functions.ts');
  await benchFunctions();
} else if (what === 'main-job') {
  setup();
  buildCommand();
  const { benchMainJob } = await importBundled('bench/main-job.ts');
  await benchMainJob(root);
} else if (what === 'agents') {
  setup();
  buildCommand();
  const { benchAgents } = await importBundled('bench/agents.ts');
  await benchAgents(root);
  process.exit(0);
} else if (what === 'cache') {
  setup();
  buildCommand();
  const { benchCache } = await importBundled('bench/bulk-cache.ts');
  await benchCache(root, join(root, 'dist', 'cache.js'), parts);
  process.exit(0);
} else {
  process.stderr.write(`no benchmark ${what}; there are main-job, functions, agents and cache\n`);
  process.exitCode = 1;
}
