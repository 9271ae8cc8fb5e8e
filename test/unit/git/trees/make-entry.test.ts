import { expect, test } from 'vitest';
import { parseDifference } from '../../../../src/git/trees/diff-trees.ts';
import { decodeName } from '../../../../src/git/trees/entry-name.ts';
import { parseListing } from '../../../../src/git/trees/list-tree.ts';
import { parseTree } from '../../../../src/git/trees/make-entry.ts';

const oid = 'ab'.repeat(20);

test('a raw tree object is parsed into its entries', () => {
  const data = Buffer.concat([
    Buffer.from('100644 a b\0'),
    Buffer.from(oid, 'hex'),
    Buffer.from('40000 dir\0'),
    Buffer.from(oid, 'hex'),
    Buffer.from('120000 link\0'),
    Buffer.from(oid, 'hex'),
    Buffer.from('160000 module\0'),
    Buffer.from(oid, 'hex'),
  ]);
  expect(parseTree(data, 20)).toEqual([
    { type: 'file', oid, path: 'a b' },
    { type: 'directory', oid, path: 'dir' },
    { type: 'symlink', oid, path: 'link' },
    { type: 'submodule', oid, path: 'module' },
  ]);
  expect(parseTree(data.subarray(0, -1), 20), 'cut').toBeUndefined();
  expect(parseTree(Buffer.from('no tree'), 20)).toBeUndefined();
});

test('a listing is parsed with types, sizes and names that hold any byte but NUL', () => {
  const records = Buffer.from(
    `040000 tree ${oid}       -\tdir\0` +
      `100755 blob ${oid}      17\tdir/a\tb\nc\0` +
      `160000 commit ${oid}       -\tmodule\0` +
      `120000 blob ${oid}       0\tlink\0`,
  );
  expect(parseListing(records)).toEqual([
    { type: 'directory', oid, path: 'dir' },
    { type: 'file', oid, path: 'dir/a\tb\nc', size: 17 },
    { type: 'submodule', oid, path: 'module' },
    { type: 'symlink', oid, path: 'link', size: 0 },
  ]);
});

test('a listing that names a missing object tells that the copy is damaged', () => {
  expect(() => parseListing(Buffer.from(`100644 blob ${oid}     BAD\ta\0`))).toThrow(/damaged/);
  expect(() => parseListing(Buffer.from('nonsense\0'))).toThrow(/damaged/);
});

test('a difference has the side that exists', () => {
  const none = '0'.repeat(40);
  const path = Buffer.from('a/b');
  expect(parseDifference(`:000000 100644 ${none} ${oid} A`, path)).toEqual({
    after: { type: 'file', oid, path: 'a/b' },
  });
  expect(parseDifference(`:040000 000000 ${oid} ${none} D`, path)).toEqual({
    before: { type: 'directory', oid, path: 'a/b' },
  });
});

test('F35: a name that is not UTF-8 is told with its bytes and where they stand', () => {
  expect(decodeName(Buffer.from('käse'))).toEqual({ text: 'käse' });
  expect(decodeName(Buffer.from([0x63, 0xe9, 0x64]))).toEqual({ text: String.raw`c\xe9d`, invalidAt: 1 });
  expect(decodeName(Buffer.concat([Buffer.from('ä'), Buffer.from([0xc3])]))).toEqual({
    text: String.raw`ä\xc3`,
    invalidAt: 2,
  });
  // An encoded surrogate is no UTF-8, although a careless decoder takes it.
  expect(decodeName(Buffer.from([0xed, 0xa0, 0x80])).invalidAt).toBe(0);
});
