/** Bundles a TypeScript entry and imports it: scripts in TypeScript without a loader of their own. */
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

/** Makes dist/; ends the process when that fails. */
export function buildCommand() {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, encoding: 'utf8' });
  if (built.status === 0) return;
  process.stderr.write(`the build failed:\n${built.stdout}${built.stderr}`);
  process.exit(1);
}

/** @param entry relative to the project's root */
export async function importBundled(entry) {
  const { build } = await import('esbuild');
  // Below node_modules, so that the packages it imports are found, and nothing of it is published with dist.
  const outfile = join(root, 'node_modules', '.cache', 'enclosure', `${basename(entry, '.ts')}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  return await import(pathToFileURL(outfile).href);
}
