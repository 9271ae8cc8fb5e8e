/** Holds what is bundled for the functions: one file each, small, with nothing in it that its function must not have. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFunctions, problemsOf } from '../../../scripts/build-functions.mjs';

let directory: string;
let lines: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'enclosure-bundles-'));
  await writeFile(join(directory, 'somebody-elses.txt'), 'stays');
  await writeFile(join(directory, 'enclosure.yaml'), 'of the build before');
  lines = await buildFunctions(directory);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('each function is one file with its source map; what else is in the directory stays, but no old configuration', async () => {
  expect((await readdir(directory)).toSorted()).toEqual([
    'reconcile.mjs',
    'reconcile.mjs.map',
    'somebody-elses.txt',
    'sync.mjs',
    'sync.mjs.map',
    'webhook.mjs',
    'webhook.mjs.map',
  ]);
  expect(lines).toEqual(
    ['webhook', 'reconcile', 'sync'].map((name): unknown => expect.stringContaining(`${name}.mjs`)),
  );
});

describe.each([
  { name: 'webhook', limit: 300_000, outside: [] },
  { name: 'reconcile', limit: 300_000, outside: [] },
  { name: 'sync', limit: 1_500_000, outside: ['zookeeper'] },
])('$name', ({ name, limit, outside }) => {
  test('is within its limit', async () => {
    expect((await readFile(join(directory, `${name}.mjs`))).length).toBeLessThanOrEqual(limit);
  });

  test('needs nothing but Node, and the sync function the official client where the configuration asks for it', async () => {
    // The bundler finds what is left, also what is only imported when it is needed.
    const { metafile } = await build({
      entryPoints: [join(directory, `${name}.mjs`)],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      external: ['zookeeper'],
      logLevel: 'silent',
    });
    const imports = Object.values(metafile.outputs).flatMap((output) =>
      output.imports.map(({ path }) => path),
    );
    const packages = imports.filter(
      (path) => !/^(?:node:)?[a-z_]+(?:\/promises)?$/u.test(path) || path === 'zookeeper',
    );
    expect([...new Set(packages)]).toEqual(outside);
  });

  test('has a source map that leads to the sources, without their text', async () => {
    const text = await readFile(join(directory, `${name}.mjs.map`), 'utf8');
    const map = JSON.parse(text) as { readonly sources: string[]; readonly sourcesContent?: unknown };
    expect(map.sources.some((source) => source.endsWith(`functions/${name}.ts`))).toBe(true);
    expect(map.sourcesContent).toBeUndefined();
    const bundle = await readFile(join(directory, `${name}.mjs`), 'utf8');
    expect(bundle.trimEnd().endsWith(`//# sourceMappingURL=${name}.mjs.map`)).toBe(true);
  });
});

type Output = Metafile['outputs'][string];

const output = (change: Partial<Output>): Output => ({
  bytes: 1_000,
  entryPoint: 'functions/webhook.ts',
  inputs: { 'functions/webhook.ts': { bytesInOutput: 1_000 } },
  imports: [],
  exports: ['handler'],
  ...change,
});

describe('a bundle is refused', () => {
  test('that is larger than its limit, with its largest parts', () => {
    const inputs = { 'node_modules/@scope/large/index.js': { bytesInOutput: 300_000 } };
    expect(problemsOf(output({ bytes: 300_001, inputs })).join('\n')).toMatch(
      /300001[^]*300000 {2}node_modules\/@scope\/large/u,
    );
    expect(problemsOf(output({ bytes: 300_000 }))).toEqual([]);
    expect(problemsOf(output({ bytes: 1_500_001, entryPoint: 'functions/sync.ts' }))).not.toEqual([]);
  });

  test.each([
    'src/zookeeper/session/open-wire-session.ts',
    'src/sync/lock/acquire-lock.ts',
    'src/git/process/git-process.ts',
    'src/sync/apply/apply-plan.ts',
    'src/enclosure/create-enclosure.ts',
    'node_modules/simple-git/dist/esm/index.js',
  ])('for webhook and reconcile that holds %s', (path) => {
    const inputs = { [path]: { bytesInOutput: 1 } };
    expect(problemsOf(output({ inputs }))).toEqual([expect.stringContaining(path)]);
    expect(problemsOf(output({ inputs, entryPoint: 'functions/reconcile.ts' }))).toHaveLength(1);
    expect(problemsOf(output({ inputs, entryPoint: 'functions/sync.ts' }))).toEqual([]);
  });

  test('for webhook and reconcile that would load the official client', () => {
    const imports = [{ path: 'zookeeper', kind: 'dynamic-import' as const, external: true }];
    expect(problemsOf(output({ imports }))).toEqual([expect.stringContaining('zookeeper')]);
    expect(problemsOf(output({ imports, entryPoint: 'functions/sync.ts' }))).toEqual([]);
  });

  test('but not for how the configuration is checked', () => {
    const inputs = { 'src/git/remote/check-url.ts': { bytesInOutput: 1 } };
    expect(problemsOf(output({ inputs }))).toEqual([]);
  });
});
