/** Holds what keeps the source readable: small files with telling names, and tests that run. */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

const source = sourceFiles('src', 'functions');
/** Names of functions begin with them; that several do the same thing to different things makes no folder. */
const verbs: ReadonlySet<string> = new Set(['encode', 'handle', 'open', 'parse', 'read', 'render']);
const lines = ({ text }: { readonly text: string }): number => text.trimEnd().split('\n').length;

test('enough files are read for the other tests to mean something', () => {
  const lengths = source.map(lines).toSorted((one, other) => one - other);
  console.log(
    `${source.length} files, median ${lengths[lengths.length >> 1]} lines, longest ${lengths.at(-1)}`,
  );
  expect(source.length).toBeGreaterThanOrEqual(30);
});

test('no file is longer than 300 lines', () => {
  const long = source.filter((file) => lines(file) > 300);
  expect(long.map((file) => `${file.path}: ${lines(file)}`)).toEqual([]);
});

test('no file or folder has a name that says nothing', () => {
  const empty = /^(?:utils?|helpers?|common|shared|misc|managers?)$|-(?:utils?|helpers?|manager)$/u;
  const named = source.flatMap(({ path }) =>
    path
      .split('/')
      .filter((segment) => empty.test(segment.replace(/\.[cm]?ts$/u, '')))
      .map(() => path),
  );
  expect(named).toEqual([]);
});

test('every file is named in kebab-case', () => {
  const odd = source.filter(({ path }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/u.test(basename(path)));
  expect(odd.map(({ path }) => path)).toEqual([]);
});

test('every file is named after one of its exports, but for what is run by its path', () => {
  const entries = /^functions\/|^src\/cli\/main\.ts$|\/index\.ts$/u;
  const misnamed = source.filter(({ path, text }) => {
    const exported = [
      ...text.matchAll(/^export (?:async )?(?:function\*?|class|const|interface|type) (\w+)/gmu),
    ];
    return !entries.test(path) && !exported.some(([, name = '']) => kebab(name) === basename(path, '.ts'));
  });
  expect(misnamed.map(({ path }) => path)).toEqual([]);
});

const entries = entriesByFolder(source.map(({ path }) => path));

test('no folder has more than twenty entries', () => {
  const full = [...entries].filter(([, names]) => names.size > 20);
  expect(full.map(([folder, names]) => `${folder}: ${names.size}`)).toEqual([]);
});

test('three siblings that begin with the same noun are a folder', () => {
  const crowded = [...entries].flatMap(([folder, names]) => {
    const words = [...names].filter((name) => name.includes('-')).map((name) => name.split('-')[0] ?? '');
    return [...new Set(words)]
      .filter((word) => !verbs.has(word) && word !== basename(folder))
      .filter((word) => words.filter((other) => other === word).length >= 3)
      .map((word) => `${folder}/${word}-*`);
  });
  expect(crowded).toEqual([]);
});

test('nothing that code exports is a default', () => {
  expect(source.filter(({ text }) => /^export default\b/mu.test(text)).map(({ path }) => path)).toEqual([]);
});

test('every test file is where the runner looks, and no test is singled out or switched off', () => {
  const tests = sourceFiles('test').filter(({ path }) => path.endsWith('.test.ts'));
  expect(tests.length).toBeGreaterThan(0);
  const elsewhere = tests.filter(({ path }) => !/^test\/(?:unit|contract|integration|e2e)\//u.test(path));
  expect(elsewhere.map(({ path }) => path)).toEqual([]);
  const switched = tests.filter(({ text }) => /^\s*(?:test|it|describe)\.(?:only|skip|todo)\(/mu.test(text));
  expect(switched.map(({ path }) => path)).toEqual([]);
});

test('no unit test asks for the server or for what is built: they run on a machine that has neither', () => {
  const needy = sourceFiles('test/unit').filter(
    ({ path, text }) =>
      !path.startsWith('test/unit/project/') &&
      /\binject\(|harness\/(?:zookeeper-server|official-client|build-enclosure|consumer|installed-package)\.ts/u.test(
        text,
      ),
  );
  expect(needy.map(({ path }) => path)).toEqual([]);
});

function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/gu, '$1-$2')
    .toLowerCase();
}

function entriesByFolder(paths: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const path of paths) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth += 1) {
      const folder = segments.slice(0, depth).join('/');
      found.set(folder, (found.get(folder) ?? new Set()).add(segments[depth] ?? ''));
    }
  }
  return found;
}
