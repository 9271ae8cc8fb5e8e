import { expect, test } from 'vitest';
import { AclBook } from '../../../../src/sync/apply/acl-book.ts';
import type { Acl } from '../../../../src/model/environment.ts';

const list: readonly Acl[] = [{ permissions: 31, scheme: 'digest', id: 'one' }];
const other: readonly Acl[] = [{ permissions: 1, scheme: 'world', id: 'anyone' }];

/** @param listOf what an ancestor that exists has; asked for by the path of the new znode */
async function listsOf(
  paths: readonly string[],
  listOf: (path: string) => readonly Acl[] = () => list,
): Promise<{ readonly lists: readonly (readonly Acl[])[]; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const book = new AclBook((path) => {
    asked.push(path);
    return Promise.resolve(listOf(path));
  });
  const lists: (readonly Acl[])[] = [];
  for (const path of paths) lists.push(book.known(path) ?? (await book.learn(path)));
  return { lists, asked };
}

test('one question is enough for a tree in the order in which git lists it', async () => {
  const paths = [
    '/r',
    '/r/a',
    '/r/a/1',
    '/r/a/b',
    '/r/a/b/1',
    '/r/a/b/2',
    '/r/a/c',
    '/r/d',
    '/r/d/1',
    '/r/e',
  ];
  const { lists, asked } = await listsOf(paths);
  expect(asked).toEqual(['/r']);
  expect(lists.every((each) => each === list)).toBe(true);
});

test('each znode inherits below its own parent, also where the parents take turns', async () => {
  const paths = ['/r/a/1', '/r/b/1', '/r/a/2', '/r/b/2', '/r/bb/1', '/top', '/other'];
  const { lists, asked } = await listsOf(paths, (path) => (path.startsWith('/r/b/') ? other : list));
  expect(asked).toEqual(['/r/a/1', '/r/b/1', '/r/bb/1', '/top']);
  expect(lists.map((each) => each === other)).toEqual([false, true, false, true, false, false, false]);
});

test('where something else stands between a directory and what it holds, it is asked again', async () => {
  const { lists, asked } = await listsOf(['/r/a', '/r/a-b', '/r/a/1']);
  expect(asked).toEqual(['/r/a', '/r/a/1']);
  expect(lists).toEqual([list, list, list]);
});
