import { expect, test } from 'vitest';
import { planFiles } from '../../../../src/verbs/export/file-plan.ts';

const planned = (znodes: Readonly<Record<string, number>>) => {
  const { directories, files } = planFiles(
    new Map(Object.entries(znodes).map(([path, bytes]) => [path, { bytes }])),
  );
  return { directories, files: files.map(({ path }) => path) };
};

test('a znode without children is a file, also an empty one', () => {
  expect(planned({ '': 0, a: 1, b: 0 })).toEqual({ directories: [], files: ['a', 'b'] });
});

test('a znode with children is a directory, and its data, if any, are .znode in it', () => {
  expect(planned({ '': 3, a: 0, 'a/b': 2, 'a/b/c': 1 })).toEqual({
    directories: ['a', 'a/b'],
    files: ['.znode', 'a/b/.znode', 'a/b/c'],
  });
});

test('a znode whose children were all left out is a file', () => {
  expect(planned({ '': 0, a: 1 }).files).toEqual(['a']);
});

test('an empty root alone gives no file', () => {
  expect(planned({ '': 0 })).toEqual({ directories: [], files: [] });
});
