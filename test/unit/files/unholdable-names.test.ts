import { expect, test } from 'vitest';
import { layOutTree } from '../../../src/files/lay-out-tree.ts';
import { refuseUnholdable, unholdableNames, type NameLimits } from '../../../src/files/unholdable-names.ts';

const exact: NameLimits = { case: false, forms: false, directory: '/srv/config' };
const composed = 'caf\u{e9}';
const decomposed = 'cafe\u{301}';

test('F37: names that differ in case or in Unicode form are two on a disk that keeps them apart', () => {
  expect(unholdableNames(['Key', 'key', composed, decomposed], exact)).toEqual([]);
});

test.each([
  ['case', 'Key', 'key', { case: true }],
  ['the case of a letter with several small forms', 'ΟΔΟΣ', 'οδος', { case: true }],
  ['Unicode form', composed, decomposed, { forms: true }],
  ['case and form at once', decomposed, 'CAF\u{c9}', { case: true, forms: true }],
])('F37: names that differ in %s are refused together where the disk folds it', (_, one, other, folding) => {
  expect(unholdableNames([`a/${one}`, `a/${other}`], { ...exact, ...folding })).toEqual([
    { path: `a/${other}`, other: `a/${one}`, reason: 'this disk takes the two names for one' },
  ]);
});

test('F37: a disk that folds only case keeps Unicode forms apart, and the other way round', () => {
  expect(unholdableNames([composed, decomposed], { ...exact, case: true })).toEqual([]);
  expect(unholdableNames(['Key', 'key'], { ...exact, forms: true })).toEqual([]);
});

test('F37: of two directories that fold into each other only they are named, not all that is in them', () => {
  const paths = ['Dir', 'dir', 'Dir/a', 'dir/a', 'dir/b'];
  expect(unholdableNames(paths, { ...exact, case: true })).toHaveLength(1);
});

test('F37: equal names in different directories are no problem', () => {
  expect(unholdableNames(['a/key', 'b/Key', 'key'], { ...exact, case: true, forms: true })).toEqual([]);
});

test('F37: a name of 255 bytes is held and one of 256 is not, counted in bytes', () => {
  expect(unholdableNames(['a'.repeat(255), `${'é'.repeat(127)}a`], exact)).toEqual([]);
  expect(unholdableNames(['a'.repeat(256)], exact)).toHaveLength(1);
  expect(unholdableNames([`d/${'é'.repeat(128)}`], exact)).toEqual([
    { path: `d/${'é'.repeat(128)}`, reason: 'its name has 256 bytes, of 255 at most' },
  ]);
});

test('F37: a whole path of 4095 bytes is held and one of 4096 is not, the directory included', () => {
  const room = 4095 - Buffer.byteLength(`${exact.directory}/`);
  const path = (length: number): string => 'a/'.repeat(Math.ceil(length / 2)).slice(0, length - 1) + 'b';
  expect(unholdableNames([path(room)], exact)).toEqual([]);
  expect(unholdableNames([path(room + 1)], exact)).toMatchObject([{ path: path(room + 1) }]);
});

function refusal(znodes: Readonly<Record<string, string>>, limits: NameLimits): () => void {
  const entries = Object.entries(znodes).map(
    ([path, data]) => [path, { data: Buffer.from(data), content: data }] as const,
  );
  const { directories, files } = layOutTree(new Map(entries), ({ data }) => data.length);
  const paths = [...directories, ...files.map(({ path }) => path)];
  return () => refuseUnholdable(paths, limits, 'Rename it.');
}

test('F37: the refusal names both znodes, and hides nothing in them', () => {
  const refuse = refusal(
    { 'a/Key': '1', 'a/key\u{200b}': '2', 'a/KEY\u{200b}': '3' },
    { ...exact, case: true },
  );
  expect(refuse).toThrow(
    expect.objectContaining({
      code: 'name-unholdable',
      retryable: false,
      message: expect.stringContaining('"a/KEY\\u{200b}" and "a/key\\u{200b}"') as unknown,
    }) as Error,
  );
});

test('F37: a znode that is called .znode has no place beside the data of its parent', () => {
  const both = { a: 'data', 'a/.znode': 'child' };
  expect(refusal(both, exact)).toThrow(/"a\/\.znode": a znode has this name, and the data of "a" need it/);
  expect(refusal({ '': 'data', '.znode': 'child' }, exact)).toThrow(/the data of the root znode need it/);
  expect(refusal({ a: 'data', 'a/.znode': '', 'a/.znode/b': 'x' }, exact)).toThrow(/need it/);
  expect(refusal({ a: 'data', 'a/.ZNODE': 'child' }, { ...exact, case: true })).toThrow(/for one/);
  expect(refusal({ a: '', 'a/.znode': 'child' }, exact)).not.toThrow();
});

test('F37: of many such names the first five are told, and how many there are', () => {
  const names = Array.from({ length: 8 }, (_, index) => [`${index}`.repeat(256), 'x'] as const);
  expect(refusal(Object.fromEntries(names), exact)).toThrow(/and 3 more/);
});
