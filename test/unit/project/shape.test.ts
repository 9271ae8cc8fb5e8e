/** Holds what keeps the source readable: small files with telling names, and tests that run. */
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

const source = sourceFiles('src', 'functions');
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
