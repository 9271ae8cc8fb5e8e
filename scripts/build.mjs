/**
 * Bundles the command line into `dist/enclosure.js` with its `command.cjs`, and the libraries into `dist/index.js`,
 * `dist/agent.js` and `dist/cache.js`, with the chunks that they share or load when they need them. Everything is bundled but
 * `zookeeper`, which only `client: official` needs. Into `dist` come the libraries' type declarations as well, and the licences
 * of what is bundled.
 *
 *   node scripts/build.mjs [--outdir dist]
 */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.mjs';
import { buildCommandLine } from './build-command-line.mjs';
import { writeDeclarations } from './declarations.mjs';
import { writeThirdPartyLicenses } from './third-party-licenses.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

async function buildAll(outdir = join(root, 'dist')) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await rm(join(outdir, 'chunks'), { recursive: true, force: true });
  const [commandLine, { metafile }] = await Promise.all([
    buildCommandLine(root, outdir, version),
    build({
      ...bundleOptions(version),
      absWorkingDir: root,
      entryPoints: {
        agent: 'src/agent/index.ts',
        cache: 'src/cache/index.ts',
        index: 'src/enclosure/index.ts',
      },
      outdir,
      chunkNames: 'chunks/[name]-[hash]',
      splitting: true,
      target: 'node20',
    }),
  ]);
  await writeThirdPartyLicenses(root, join(outdir, 'THIRD-PARTY-LICENSES.txt'), [metafile, ...commandLine]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { outdir: { type: 'string' } } });
  try {
    if (values.outdir === undefined) {
      await Promise.all([buildAll(), writeDeclarations(root, join(root, 'dist', 'types'))]);
    } else await buildAll(resolve(values.outdir));
  } catch (error) {
    // What esbuild found wrong it has printed already.
    if (error.errors === undefined) throw error;
    process.exitCode = 1;
  }
}
