/**
 * `npm run bench`: Enclosure beside what else one would use and what the server can do (bench/compare.ts; `-- --help`);
 * `-- chart RESULT.json FILE.svg` draws a result of it; `-- functions`: the packaged functions, as Lambda runs them
 * (bench/functions.ts); `-- agents`: the application's side (bench/agents.ts); `-- cache`: the bulk call cache
 * (bench/bulk-cache.ts), `-- cache overhead hits` only some of it; `-- scale`: beyond one machine (bench/scale.ts); `-- builds OTHER`: this
 * build beside another (bench/builds.ts); `-- soak`: a server that is killed over and over (bench/soak.ts).
 */
import { join } from 'node:path';
import { buildCommand, importBundled } from './run-bundled.mjs';
import { root, setup } from './setup.mjs';

const [what = '', ...parts] = process.argv.slice(2);
try {
  await bench();
} catch (error) {
  // What a person can act on says so in its message; a fault of ours is worth its stack.
  const expected = error.name === 'Error' || String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${expected ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

async function bench() {
  if (what === '' || what.startsWith('-')) {
    setup({ zookeeper: false });
    const { benchCompare, help, parseCompareOptions } = await importBundled('bench/compare.ts');
    const options = parseCompareOptions(process.argv.slice(2));
    if (options === undefined) {
      process.stdout.write(help);
      return;
    }
    setup({ kazoo: true });
    buildCommand();
    process.exitCode = await benchCompare(root, options);
  } else if (what === 'chart') {
    setup({ zookeeper: false });
    const { chartFromFile } = await importBundled('bench/compare.ts');
    await chartFromFile(parts);
  } else if (what === 'functions') {
    setup({ zookeeper: false, awsTools: true });
    const { benchFunctions } = await importBundled('bench/functions.ts');
    await benchFunctions();
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
  } else if (what === 'scale') {
    setup();
    buildCommand();
    const { benchScale } = await importBundled('bench/scale.ts');
    await benchScale(root, parts);
  } else if (what === 'builds') {
    setup();
    buildCommand();
    const { benchBuilds } = await importBundled('bench/builds.ts');
    await benchBuilds(root, parts);
  } else if (what === 'soak') {
    setup();
    buildCommand();
    const { benchSoak } = await importBundled('bench/soak.ts');
    process.exitCode = await benchSoak(root, parts);
  } else {
    throw new Error(
      `no benchmark ${what}; there are functions, agents, cache, scale, builds and soak, and without a name the main job`,
    );
  }
}
