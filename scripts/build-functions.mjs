/**
 * Bundles the functions into `dist/functions/{webhook,sync,reconcile}.mjs`, one file each with its source map. Everything
 * is bundled but `zookeeper`, which only `client: official` needs. Says how large each is, and fails where one is larger than its limit
 * or holds what it must not hold: a webhook that can open a session or start git is slow, and a larger target.
 *
 *   node scripts/build-functions.mjs [--outdir dist/functions] [--configuration enclosure.yaml]
 *
 * `--configuration` puts a copy of the configuration beside the functions, for those who deploy it with them.
 */
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const kilobyte = 1000;

const functions = {
  webhook: { limit: 300 * kilobyte, onlyQueues: true },
  reconcile: { limit: 300 * kilobyte, onlyQueues: true },
  sync: { limit: 1500 * kilobyte, onlyQueues: false },
};

/** What only the sync function may hold. */
const ofSyncOnly =
  /^src\/(?:zookeeper|git|cache|sync|verbs|enclosure)\/|node_modules\/(?:zookeeper|simple-git|@aws-sdk\/client-s3)\//u;

/** Pure functions of those folders, with which the configuration is checked; they open nothing and start nothing. */
const ofTheConfiguration = new Set([
  'src/git/remote/check-branch.ts',
  'src/git/remote/check-url.ts',
  'src/git/process/git-environment.ts',
  'src/zookeeper/wire/connect-string.ts',
]);

/** Resolves with a line a function; fails with an error whose message says what is wrong with which. */
export async function buildFunctions(outdir = join(root, 'dist', 'functions')) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await removeOld(outdir);
  const { metafile } = await build({
    ...bundleOptions(version),
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.keys(functions).map((name) => [name, `functions/${name}.ts`])),
    outdir,
    outExtension: { '.js': '.mjs' },
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    target: 'node22',
    // Packages that have both: only modules can be shaken.
    mainFields: ['module', 'main'],
  });
  const bundles = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint !== undefined);
  const problems = bundles.flatMap(problemsOf);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return bundles.map(describe);
}

/** Only what is made here: the directory may be anybody's. */
async function removeOld(outdir) {
  const names = Object.keys(functions).flatMap((name) => [`${name}.mjs`, `${name}.mjs.map`]);
  await Promise.all([...names, 'enclosure.yaml'].map((name) => rm(join(outdir, name), { force: true })));
}

const nameOf = ({ entryPoint }) => /^functions\/(\w+)\.ts$/u.exec(entryPoint)[1];

/** @param bundle an output of esbuild's metafile */
export function problemsOf(bundle) {
  const name = nameOf(bundle);
  const { limit, onlyQueues } = functions[name];
  const problems = [];
  if (bundle.bytes > limit) {
    problems.push(
      `${name}.mjs is too large: expected at most ${limit} bytes, found ${bundle.bytes}; the largest parts:`,
      ...largestParts(bundle),
    );
  }
  const foreign = onlyQueues ? Object.keys(bundle.inputs).filter(isOfSyncOnly) : [];
  if (onlyQueues && bundle.imports.some(({ path }) => path === 'zookeeper')) foreign.push('zookeeper');
  if (foreign.length > 0) {
    problems.push(`${name}.mjs holds what only the sync function may hold: ${foreign.join(', ')}`);
  }
  return problems;
}

const isOfSyncOnly = (path) => ofSyncOnly.test(path) && !ofTheConfiguration.has(path);

function describe(bundle) {
  const { limit } = functions[nameOf(bundle)];
  const size = (bytes) => `${(bytes / kilobyte).toFixed(0)} kB`;
  return `${`${nameOf(bundle)}.mjs`.padEnd(14)} ${size(bundle.bytes).padStart(8)} of ${size(limit)}`;
}

/** The folders and packages that weigh most. */
function largestParts({ inputs }) {
  const parts = new Map();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const part = /node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? path.split('/').slice(0, 2).join('/');
    parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
  }
  return [...parts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, 12)
    .map(([part, bytes]) => `  ${String(bytes).padStart(8)}  ${part}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { outdir: { type: 'string' }, configuration: { type: 'string' } },
  });
  const outdir = resolve(values.outdir ?? join(root, 'dist', 'functions'));
  try {
    for (const line of await buildFunctions(outdir)) process.stdout.write(`${line}\n`);
    if (values.configuration !== undefined) {
      await copyFile(values.configuration, join(outdir, 'enclosure.yaml'));
    }
  } catch (error) {
    // What esbuild found wrong it has printed already.
    if (error.errors === undefined) process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
