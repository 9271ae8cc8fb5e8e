/** Holds that what the code refers to is in the repository. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, sourceFiles } from './source-files.ts';

const files = sourceFiles('src', 'functions', 'test', 'harness', 'bench', 'scripts');
const listed = readFileSync(join(projectRoot, 'docs/faults.md'), 'utf8').matchAll(/^- \*\*(F\d+)\./gmu);
const faults = new Set([...listed].map(([, name = '']) => name));

test('the list of faults is read', () => {
  expect(faults.size).toBeGreaterThanOrEqual(60);
});

test('every number of a fault that code or tests name stands in docs/faults.md', () => {
  const unknown = files.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w#$+.'"-])F\d{1,2}(?=[,:;. )\n])/gu)]
      .map(([name]) => name)
      .filter((name) => !faults.has(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

test('no comment refers to a section by its number, or to a mark without a legend', () => {
  const vague = files.filter(
    ({ path, text }) => !path.startsWith('test/unit/project/') && /\(design, section|\[m\]/u.test(text),
  );
  expect(vague.map(({ path }) => path)).toEqual([]);
});
