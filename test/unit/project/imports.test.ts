/** Holds the direction of imports: model <- pure stages <- adapters <- use cases <- entries (docs/design.md). */
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { findCycle } from './cycles.ts';
import { importsOf, projectRoot, sourceFiles, withoutComments, type Import } from './source-files.ts';

/** A folder imports from its own stage and from earlier ones. A new folder has to be put in its place here. */
const stages: readonly (readonly string[])[] = [
  ['src/model'],
  ['src/desired', 'src/plan'],
  [
    'src/aws',
    'src/config',
    'src/zookeeper',
    'src/lock',
    'src/repository',
    'src/queue',
    'src/webhook',
    'src/state',
    'src/apply',
    'src/cache',
  ],
  ['src/agent', 'src/members', 'src/audit', 'src/export'],
  ['src/sync'],
  ['src/observability'],
  ['src/worker'],
  ['src/cli', 'src/serve', 'src/lambda', 'functions'],
];

const files = sourceFiles('src', 'functions');
const imports = files.flatMap(importsOf);
const local = imports.filter((one): one is Import & { target: string } => one.target !== undefined);

function folderOf(path: string): string {
  return path.startsWith('src/') ? path.split('/').slice(0, 2).join('/') : (path.split('/')[0] ?? '');
}

function stageOf(path: string): number {
  return stages.findIndex((folders) => folders.includes(folderOf(path)));
}

const show = ({ from, specifier }: Import): string => `${from} imports ${specifier}`;

test('enough files are read for the other tests to mean something', () => {
  console.log(`${files.length} files and ${imports.length} imports read`);
  expect(files.length).toBeGreaterThanOrEqual(30);
  expect(local.length).toBeGreaterThanOrEqual(30);
});

test('every import is read: none that the bundler sees is missing', async () => {
  const bundle = await build({
    absWorkingDir: projectRoot,
    entryPoints: files.map(({ path }) => path),
    outdir: 'never-written',
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const read = new Set(imports.map((one) => `${one.from} -> ${one.target ?? one.specifier}`));
  const seen = Object.entries(bundle.metafile.inputs).flatMap(([from, input]) =>
    input.imports.map((one) => `${from} -> ${one.path}`),
  );
  expect(seen.length).toBeGreaterThanOrEqual(30);
  expect(seen.filter((one) => !read.has(one))).toEqual([]);
});

test('every folder has its stage', () => {
  expect(files.filter(({ path }) => stageOf(path) === -1).map(({ path }) => path)).toEqual([]);
});

test('no import leads to a later stage', () => {
  expect(local.filter(({ from, target }) => stageOf(target) > stageOf(from)).map(show)).toEqual([]);
});

test('no import leads out of the source, for example to a test', () => {
  expect(local.filter(({ target }) => stageOf(target) === -1).map(show)).toEqual([]);
});

test('the model imports nothing but modules of Node', () => {
  const foreign = imports.filter(
    ({ from, specifier, target }) =>
      folderOf(from) === 'src/model' && target === undefined && !specifier.startsWith('node:'),
  );
  expect(foreign.map(show)).toEqual([]);
});

test.each(['src/agent', 'src/cache'])(
  '%s, a library for applications, knows nothing of git, plans and deployments',
  (library) => {
    const forbidden = ['src/repository', 'src/desired', 'src/plan', 'src/apply', 'src/lock', 'src/sync'];
    const own = local.filter(({ from }) => folderOf(from) === library);
    expect(own.length).toBeGreaterThanOrEqual(20);
    expect(own.filter(({ target }) => forbidden.includes(folderOf(target))).map(show)).toEqual([]);
  },
);

test('no files import one another in a circle', () => {
  expect(findCycle(graph(local.map(({ from, target }) => [from, target])))).toBeUndefined();
});

test('no folders import one another in a circle', () => {
  const between = local
    .map(({ from, target }) => [folderOf(from), folderOf(target)] as const)
    .filter(([from, target]) => from !== target);
  expect(findCycle(graph(between))).toBeUndefined();
});

test('only the configuration reads the environment of the process', () => {
  const readers = files.filter(
    ({ path, text }) =>
      folderOf(path) !== 'src/config' && /\bprocess\s*\.\s*env\b/u.test(withoutComments(text)),
  );
  expect(readers.map(({ path }) => path)).toEqual([]);
});

function graph(edges: readonly (readonly [string, string])[]): Map<string, Set<string>> {
  const nodes = new Map<string, Set<string>>();
  for (const [from, target] of edges) {
    nodes.set(from, (nodes.get(from) ?? new Set()).add(target));
  }
  return nodes;
}
