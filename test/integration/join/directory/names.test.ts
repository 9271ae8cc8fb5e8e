import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk, type Disk } from '../../../../src/files/disk.ts';
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import { probeFolding } from '../../../../src/files/probe-folding.ts';
import type { VersionsDirectory } from '../../../../src/join/directory/versions-directory.ts';
import { filesBelow, owner, snapshot } from './fixture.ts';
import { watchedDisk } from './watched-disk.ts';

let directory: string;
const opened: VersionsDirectory[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'enclosure-names-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => await one.close()));
  await rm(directory, { recursive: true, force: true });
});

async function open(disk: Disk): Promise<VersionsDirectory> {
  const one = await openDirectory({ directory, owner, disk });
  opened.push(one);
  return one;
}

/** A real disk that takes names for one which this makes equal, in what is written: few machines have one. */
function foldingDisk(fold: (name: string) => string): Disk {
  const folded = (path: string): string => path.replace(/(?<=\.partial\/).+$/, fold);
  return {
    ...nodeDisk,
    lstat: (async (path: string) => await nodeDisk.lstat(folded(path))) as Disk['lstat'],
    mkdir: (async (path: string, ...rest) => await nodeDisk.mkdir(folded(path), ...rest)) as Disk['mkdir'],
    open: async (path, ...rest) => await nodeDisk.open(folded(String(path)), ...rest),
    unlink: async (path) => await nodeDisk.unlink(folded(String(path))),
  };
}

const lower = (name: string): string => name.toLowerCase();
const decompose = (name: string): string => name.normalize('NFD');

test('F37: the probe says of this disk what the disk does, and leaves nothing behind', async () => {
  const { case: foldsCase, forms } = await probeFolding(directory);
  expect(await readdir(directory)).toEqual([]);
  for (const name of ['Key', 'key', '\u{f6}', 'o\u{308}']) await writeFile(join(directory, name), name);
  expect(await readdir(directory)).toHaveLength(4 - Number(foldsCase) - Number(forms));
});

test.each([
  ['nothing', (name: string) => name, { case: false, forms: false }],
  ['case', lower, { case: true, forms: false }],
  ['Unicode forms', decompose, { case: false, forms: true }],
  ['both', (name: string) => lower(decompose(name)), { case: true, forms: true }],
])('F37: the probe recognises a disk that folds %s', async (_, fold, expected) => {
  const probed = join(directory, 'probe.partial');
  await mkdir(probed);
  expect(await probeFolding(probed, foldingDisk(fold))).toEqual(expected);
  expect(await readdir(probed)).toEqual([]);
});

test.each([
  ['case', lower, 'app/Key', 'app/key'],
  ['Unicode forms', decompose, 'app/caf\u{e9}', 'app/cafe\u{301}'],
])(
  'F37: names that fold into each other by %s are refused, both named, nothing written',
  async (_, fold, one, other) => {
    const snapshots = await open(foldingDisk(fold));
    await (await snapshots.write(snapshot(1, { [one]: '1' }))).switch();
    const refused = snapshots.write(snapshot(2, { [one]: '1', [other]: '2' }));
    const [first, second] = [one, other].toSorted();
    await expect(refused).rejects.toMatchObject({
      code: 'name-unholdable',
      message: expect.stringContaining(`"${second}" and "${first}"`) as unknown,
    });
    expect(await readdir(join(directory, '.versions'))).toHaveLength(1);
  },
);

test('F37: names that only this disk takes for one are refused when it turns out, and nothing is left', async () => {
  const snapshots = await open(foldingDisk((name) => name.replaceAll('0', 'O')));
  const write = snapshots.write(snapshot(1, { 'app/A0': '1', 'app/AO': '2' }));
  await expect(write).rejects.toMatchObject({
    code: 'name-unholdable',
    message: expect.stringMatching(/app\/A.*EEXIST/) as unknown,
  });
  expect(await readdir(join(directory, '.versions'))).toEqual([]);
});

test('F37: on a disk that keeps them apart both are files', async () => {
  const { case: foldsCase, forms } = await probeFolding(directory);
  const pairs = {
    ...(!foldsCase && { Key: '1', key: '2' }),
    ...(!forms && { '\u{f6}': '3', 'o\u{308}': '4' }),
  };
  const version = await (await open(nodeDisk)).write(snapshot(1, pairs));
  expect(await filesBelow(version.directory)).toEqual(pairs);
});

test('F37: a name of 256 bytes is refused before the first operation on the disk, one of 255 is written', async () => {
  const operations: string[] = [];
  const snapshots = await open(watchedDisk({ before: ({ name }) => operations.push(name) }));
  operations.length = 0;
  const long = `${'é'.repeat(127)}ab`;
  await expect(snapshots.write(snapshot(1, { fine: '', [`d/${long}`]: 'x' }))).rejects.toMatchObject({
    code: 'name-unholdable',
    message: expect.stringContaining(`d/${long}`) as unknown,
  });
  expect(operations).toEqual([]);
  const version = await snapshots.write(snapshot(2, { [`d/${long.slice(0, -1)}`]: 'x' }));
  expect(await readdir(join(version.directory, 'd'))).toEqual([long.slice(0, -1)]);
});

test('F37: the longest path that is allowed can be written, and one byte more is refused', async () => {
  const snapshots = await open(nodeDisk);
  const probe = await snapshots.write(snapshot(1, { a: '' }));
  const room = 4095 - Buffer.byteLength(`${probe.directory}.partial/`);
  const segments = `${'d'.repeat(250)}/`.repeat(20);
  const path = (length: number): string => `${segments.slice(0, length - 1)}f`.replace(/\/f$/, 'df');
  const longest = path(room);
  expect(Buffer.byteLength(longest)).toBe(room);
  if (process.platform === 'linux') await snapshots.write(snapshot(1, { [longest]: 'x' }));
  await expect(snapshots.write(snapshot(1, { [path(room + 1)]: 'x' }))).rejects.toMatchObject({
    code: 'name-unholdable',
  });
});
