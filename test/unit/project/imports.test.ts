/** Holds the direction of imports: each folder has its place in the order of `scripts/stages.mjs`. */
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { stageOf, stages } from '../../../scripts/stages.mjs';
import { findCycle } from './cycles.ts';
import { importsOf, projectRoot, sourceFiles, withoutComments, type Import } from './source-files.ts';

const files = sourceFiles('src', 'functions');
const imports = files.flatMap(importsOf);
const local = imports.filter((one): one is Import & { target: string } => one.target !== undefined);

const folderOf = (path: string): string => stages[stageOf(path)]?.folder ?? path;

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

test('every stage has files, and every file has its stage', () => {
  expect(files.filter(({ path }) => stageOf(path) === -1).map(({ path }) => path)).toEqual([]);
  const used = new Set(files.map(({ path }) => folderOf(path)));
  expect(stages.filter(({ folder }) => !used.has(folder))).toEqual([]);
});

test('no import leads to a later stage', () => {
  expect(local.filter(({ from, target }) => stageOf(target) > stageOf(from)).map(show)).toEqual([]);
});

test('no import leads out of the source, for example to a test', () => {
  expect(local.filter(({ target }) => stageOf(target) === -1).map(show)).toEqual([]);
});

test.each(['src/base', 'src/model'])('%s imports no package', (folder) => {
  const foreign = imports.filter(
    ({ from, specifier, target }) =>
      folderOf(from) === folder && target === undefined && !specifier.startsWith('node:'),
  );
  expect(foreign.map(show)).toEqual([]);
});

test.each(['src/agent', 'src/cache'])(
  '%s, a library for applications, knows nothing of git, plans and deployments',
  (library) => {
    const forbidden = /^src\/(?:git|sync|verbs)\//u;
    const own = local.filter(({ from }) => folderOf(from) === library);
    expect(own.length).toBeGreaterThanOrEqual(20);
    expect(own.filter(({ target }) => forbidden.test(target)).map(show)).toEqual([]);
  },
);

test('only git and the desired tree know that a content is a blob of git', () => {
  const opaque = files.filter(({ path }) =>
    /^src\/(?:sync\/(?:plan|apply)|state|agent|join|zookeeper|verbs)\//u.test(path),
  );
  expect(opaque.length).toBeGreaterThanOrEqual(100);
  const knowing = opaque.filter(({ text }) => /\bblob(?:s|Ids?)?\b/iu.test(withoutComments(text)));
  expect(knowing.map(({ path }) => path)).toEqual([]);
});

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
