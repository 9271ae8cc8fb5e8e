/**
 * Writes `schemas/enclosure.schema.json` from the schema in `src/config`; with `--check` only compares, and exits with 1
 * when the file is not current.
 *
 *   node scripts/schema.mjs [--check]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

// Node 20 does not run TypeScript: the one module that is needed is bundled in memory.
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/config/schema/configuration-json-schema.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20',
});
const { configurationJsonSchema } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
const text = `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`;
const file = new URL('../schemas/enclosure.schema.json', import.meta.url);

if (parseArgs({ options: { check: { type: 'boolean' } } }).values.check) {
  if (text !== (await readFile(file, 'utf8').catch(() => ''))) {
    process.stderr.write('schemas/enclosure.schema.json is not current: run npm run schema\n');
    process.exitCode = 1;
  }
} else {
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, text);
}
