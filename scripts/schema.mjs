/**
 * Writes the published JSON Schemas: `schemas/enclosure.schema.json` from the schema of the configuration, and one for each
 * command's `--json` in `schemas/documents`; with `--check` only compares, and exits with 1 when a file is not current.
 *
 *   node scripts/schema.mjs [--check]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;

const { configurationJsonSchema } = await importSource('src/config/schema/configuration-json-schema.ts');
const { documentJsonSchemas } = await importSource('src/report/document-schemas.ts');
await publish('enclosure.schema.json', configurationJsonSchema());
for (const [name, schema] of Object.entries(documentJsonSchemas())) {
  await publish(`documents/${name}.schema.json`, schema);
}

/** Node 20 does not run TypeScript: the module is bundled in memory. */
async function importSource(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  );
}

async function publish(name, schema) {
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;
  const file = join(root, 'schemas', name);
  if (!check) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } else if (text !== (await readFile(file, 'utf8').catch(() => ''))) {
    process.stderr.write(`schemas/${name} is not current: run npm run schema\n`);
    process.exitCode = 1;
  }
}
