/**
 * Bundles the command line: a small entry, `enclosure.js`, and `command.cjs`, one script with everything that the commands
 * need. Modules by the dozen would be found, read and linked one after the other at every start. Large packages that few
 * commands need are bundles of their own below `vendor`.
 */
import { spawnSync } from 'node:child_process';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';

/** Packages that only `serve`, S3, and secrets in AWS need. */
const vendored = [
  '@aws-sdk/client-s3',
  '@aws-sdk/credential-provider-node',
  '@octokit/webhooks',
  'pino',
  'prom-client',
];

/** Resolves with what esbuild says is in it. */
export async function buildCommandLine(root, outdir, version) {
  const entry = join(outdir, 'enclosure.js');
  const command = join(outdir, 'command.cjs');
  const options = { ...bundleOptions(version), absWorkingDir: root, target: 'node20' };
  const script = {
    ...options,
    format: 'cjs',
    // What is imported later is required later: a script has no modules to import.
    supported: { 'dynamic-import': false },
  };
  await rm(join(outdir, 'vendor'), { recursive: true, force: true });
  const results = await Promise.all([
    build({ ...options, entryPoints: ['src/cli/main.ts'], outfile: entry }),
    build({
      ...script,
      entryPoints: ['src/cli/process/run-process.ts'],
      outfile: command,
      // The function that src/cli/process/load-command.ts calls.
      banner: { js: '(function (module, require, scriptUrl) {' },
      footer: { js: '})' },
      define: { ...options.define, 'import.meta.url': 'scriptUrl' },
      plugins: [leaveOut(vendored)],
    }),
    build({
      ...script,
      banner: {},
      entryPoints: vendored.map((name) => ({ in: name, out: fileName(name) })),
      outdir: join(outdir, 'vendor'),
      outExtension: { '.js': '.cjs' },
      minifyWhitespace: true,
    }),
  ]);
  await chmod(entry, 0o755);
  const cached = spawnSync(process.execPath, [join(root, 'scripts', 'code-cache.mjs'), command], {
    encoding: 'utf8',
  });
  if (cached.status !== 0)
    throw new Error(`the code cache could not be made:\n${cached.stdout}${cached.stderr}`);
  return results.map(({ metafile }) => metafile);
}

function fileName(packageName) {
  return packageName.replace(/^@/, '').replace('/', '-');
}

function leaveOut(names) {
  return {
    name: 'vendored',
    setup({ onResolve }) {
      onResolve({ filter: /^[@a-z]/ }, ({ path }) =>
        names.includes(path) ? { path: `./vendor/${fileName(path)}.cjs`, external: true } : undefined,
      );
    },
  };
}
