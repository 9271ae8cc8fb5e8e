/**
 * Bundles the command line into `dist/enclosure.js` and the chunks it loads when a command needs them. Everything is
 * bundled but `zookeeper`, which is native code.
 *
 *   node scripts/build.mjs [--outdir dist]
 */
import { chmod, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

async function buildCommandLine(outdir = join(root, 'dist')) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await rm(join(outdir, 'chunks'), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { enclosure: 'src/cli/main.ts' },
    outdir,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['zookeeper'],
    define: { ENCLOSURE_VERSION: JSON.stringify(version) },
    // CommonJS dependencies call `require`, which a module does not have.
    banner: {
      js: "import { createRequire as enclosureCreateRequire } from 'node:module';const require = enclosureCreateRequire(import.meta.url);",
    },
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  });
  const entry = join(outdir, 'enclosure.js');
  await chmod(entry, 0o755);
  return entry;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { outdir: { type: 'string' } } });
  try {
    await buildCommandLine(values.outdir === undefined ? undefined : resolve(values.outdir));
  } catch (error) {
    // What esbuild found wrong it has printed already.
    if (error.errors === undefined) throw error;
    process.exitCode = 1;
  }
}
