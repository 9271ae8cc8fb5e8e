import { expect, test } from 'vitest';
import { findCycle } from './cycles.ts';
import { importsOf, withoutComments } from './source-files.ts';

const read = (text: string): string[] =>
  importsOf({ path: 'src/one/one.ts', text }).map(({ target, specifier }) => target ?? specifier);

test('imports are read in every form that the language has', () => {
  const text = `
    import { join } from 'node:path';
    import type { Plan } from '../model/plan.ts';
    import {
      one,
      two,
    } from "./numbers.ts";
    import './effects.ts';
    export { three } from './three.ts';
    export * from './four.ts';
    const five = await import('./five.ts');
  `;
  expect(read(text).toSorted()).toEqual([
    'node:path',
    'src/model/plan.ts',
    'src/one/effects.ts',
    'src/one/five.ts',
    'src/one/four.ts',
    'src/one/numbers.ts',
    'src/one/three.ts',
  ]);
});

test('what stands in a comment is no import', () => {
  expect(read(`/* import x from './x.ts' */\n// import y from './y.ts'\nconst z = 1;`)).toEqual([]);
});

test('a comment sign in a string or a pattern ends no code', () => {
  const text = `const url = 'https://a'; const glob = /\\/\\*[/*]/u; import('./x.ts'); // gone`;
  expect(withoutComments(text)).toContain(`import('./x.ts');`);
  expect(withoutComments(text)).not.toContain('gone');
});

test('a circle is found and shown', () => {
  const graph = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c', 'd'])],
    ['d', new Set(['b'])],
  ]);
  expect(findCycle(graph)).toEqual(['b', 'd', 'b']);
  graph.delete('d');
  expect(findCycle(graph)).toBeUndefined();
});
