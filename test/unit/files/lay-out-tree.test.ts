import { expect, test } from 'vitest';
import { layOutTree } from '../../../src/files/lay-out-tree.ts';

/** Path -> data of znodes, as where they lie on the disk: path -> data, null of a directory. */
function laidOut(data: Readonly<Record<string, string>>): Record<string, string | null> {
  const znodes = new Map(
    Object.entries(data).map(([path, text]) => [path, { data: Buffer.from(text), content: text }]),
  );
  const { directories, files } = layOutTree(znodes, ({ data: { length } }) => length);
  return Object.fromEntries([
    ...directories.map((path) => [path, null] as const),
    ...files.map((file) => [file.path, file.of.data.toString()] as const),
  ]);
}

test('a znode without children is a file, also an empty one', () => {
  expect(laidOut({ '': '', a: 'one', b: '' })).toEqual({ a: 'one', b: '' });
});

test('a znode with children and without data is a directory', () => {
  expect(laidOut({ '': '', a: '', 'a/b': '', 'a/b/c': 'two' })).toEqual({
    a: null,
    'a/b': null,
    'a/b/c': 'two',
  });
});

test('the data of a znode with children are the file .znode in its directory', () => {
  expect(laidOut({ '': '', a: 'its own', 'a/b': 'one' })).toEqual({
    a: null,
    'a/.znode': 'its own',
    'a/b': 'one',
  });
});

test('the data of the root znode are the file .znode at the top, with children and without', () => {
  expect(laidOut({ '': 'root' })).toEqual({ '.znode': 'root' });
  expect(laidOut({ '': 'root', a: 'one' })).toEqual({ '.znode': 'root', a: 'one' });
  expect(laidOut({ '': '' })).toEqual({});
});

test('directories come before what is in them', () => {
  const paths = ['b/x/y', 'b', 'b/x', 'a-1/z', 'a-1', 'a/z', 'a'];
  const { directories } = layOutTree(new Map(paths.map((path) => [path, 0])), (bytes) => bytes);
  expect(directories).toEqual(['a', 'a-1', 'b', 'b/x']);
});

test('a parent that is missing is a directory all the same', () => {
  expect(laidOut({ 'a/b/c': 'one' })).toEqual({ a: null, 'a/b': null, 'a/b/c': 'one' });
});
