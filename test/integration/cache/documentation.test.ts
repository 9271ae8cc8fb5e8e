/** What docs/bulk-cache.md shows runs, and what it lists is there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { bulkCache } from '../../../src/cache/index.ts';
import { EnclosureError, type ErrorCode } from '../../../src/base/enclosure-error.ts';
import { temporaryDirectory } from '../../../harness/cache-fixture.ts';
import { apiItems, startPagedApi } from '../../../harness/paged-api.ts';
import { projectRoot } from '../../../harness/project-root.ts';

let text: string;

beforeAll(async () => {
  text = await readFile(join(projectRoot, 'docs/bulk-cache.md'), 'utf8');
});

/** The first cells of the table below a heading, without the header. */
function rowsBelow(heading: string): readonly string[] {
  const [, chapter = ''] = text.split(`\n## ${heading}\n`);
  const lines = (chapter.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => line.split('|')[1] ?? '');
}

/** The path of a module that needs nothing else. */
async function bundled(code: string, directory: string): Promise<string> {
  const outfile = join(directory, 'first-use.mjs');
  await build({
    stdin: { contents: code, resolveDir: projectRoot },
    alias: { 'enclosure/cache': join(projectRoot, 'src/cache/index.ts') },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  return outfile;
}

async function run(module: string): Promise<string> {
  const child = spawn(process.execPath, [module], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  expect(await once(child, 'close')).toEqual([0, null]);
  return printed;
}

test('the first use makes one call for several processes, and all print the sorted result', async () => {
  const items = apiItems(50);
  const api = await startPagedApi(items, 7);
  onTestFinished(() => api.stop());
  const directory = await temporaryDirectory();
  const [, example = ''] = /^```js\n([^]+?)^```$/mu.exec(text) ?? [];
  const code = [
    ['zk1:2181,zk2:2181,zk3:2181', inject('zookeeper')],
    ["namespace: 'orders'", "stateRoot: '/documented', namespace: 'orders'"],
    ['/mnt/cache', directory],
    ['https://api.example.com', api.url],
  ].reduce((before, [from = '', to = '']) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, example);
  const module = await bundled(code, await temporaryDirectory());
  const printed = await Promise.all([run(module), run(module), run(module)]);
  const expected = items.map(({ id }) => `${id}\n`).join('');
  expect(printed).toEqual([expected, expected, expected]);
  expect(api.calls('2026-11')).toBe(1);
});

test('every option is in the contract, and every option of the contract is told of', async () => {
  const named = rowsBelow('Options').map((cell) => /`([\w.]+)`/u.exec(cell)?.[1] ?? '');
  // With what the options of a connection are elsewhere.
  const files = ['src/cache/bulk-cache-options.ts', 'src/model/connection-options.ts'];
  const texts = await Promise.all(files.map((file) => readFile(join(projectRoot, file), 'utf8')));
  const contract = texts.join('\n');
  const optionsOf = (name: string): string[] => {
    const [, body = ''] = new RegExp(`interface ${name}\\b[^{]*\\{\n([^]+?)\n\\}`, 'u').exec(contract) ?? [];
    return [...body.matchAll(/^ {2}readonly (\w+)/gmu)].map(([, option]) => option ?? '');
  };
  const level1 = optionsOf('Level1').map((option) => `level1.${option}`);
  const common = optionsOf('CommonOptions').filter((option) => option !== 'level1');
  expect(common.length).toBeGreaterThanOrEqual(15);
  const shared = optionsOf('ConnectionOptions').filter((option) => option !== 'sessionTimeoutMs');
  const connection = [...shared, ...optionsOf('Connection')];
  expect(named.toSorted()).toEqual([...connection, ...common, ...level1].toSorted());
});

test('every code of an error is one that there is', () => {
  const codes = rowsBelow('Errors').flatMap((cell) =>
    [...cell.matchAll(/`([a-z-]+)`/gu)].map(([, code]) => code as ErrorCode),
  );
  expect(codes.length).toBeGreaterThanOrEqual(10);
  // Of a code that is not in the table nothing is known.
  expect(codes.map((code) => [code, typeof new EnclosureError(code, 'any').exitCode])).toEqual(
    codes.map((code) => [code, 'number']),
  );
});

test('what is said to be refused before anything is opened is refused', () => {
  const options = { connect: '127.0.0.1:1', namespace: 'n', level2: { directory: '/nowhere' } };
  expect(() => bulkCache({ ...options, namespace: '.hidden' })).toThrow('namespace');
  expect(() => bulkCache({ ...options, ttl: 0.5 })).toThrow('whole number');
});
