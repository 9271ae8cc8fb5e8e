import { spawnSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import type { VersionsDirectory } from '../../../../src/join/directory/versions-directory.ts';
import { filesBelow, numbered, numberedFiles, owner, snapshot } from './fixture.ts';
import { watchedDisk } from './watched-disk.ts';

let parent: string;
let directory: string;
const opened: VersionsDirectory[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'enclosure-directory-'));
  directory = join(parent, 'not', 'there', 'yet');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => await one.close()));
  await rm(parent, { recursive: true, force: true });
});

async function open(): Promise<VersionsDirectory> {
  const one = await openDirectory({ directory, owner });
  opened.push(one);
  return one;
}

const versions = async (): Promise<string[]> => await readdir(join(directory, '.versions'));
const inode = async (version: { readonly directory: string }, path: string): Promise<number> =>
  (await lstat(join(version.directory, path))).ino;

test('a snapshot becomes files that nobody sees before the switch, and is in use after it', async () => {
  const snapshots = await open();
  const version = await snapshots.write(numbered(1));
  expect(version.revision).toBe(1);
  expect(await filesBelow(version.directory)).toEqual(numberedFiles(1));
  expect(await snapshots.current()).toBeUndefined();
  await version.switch();
  expect(await snapshots.current()).toBe(version.directory);
  expect(await readlink(join(directory, 'current'))).toBe(relative(directory, version.directory));
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(1));
});

test('bytes are written as they are, and files are read-only', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const version = await (await open()).write(snapshot(1, { bytes, 'a name with spaces\u{e9}': 'x' }));
  expect((await filesBelow(version.directory))['a name with spaces\u{e9}']).toBe('x');
  expect((await lstat(join(version.directory, 'bytes'))).size).toBe(256);
  expect((await lstat(join(version.directory, 'bytes'))).mode & 0o222).toBe(0);
  expect((await lstat(join(directory, '.enclosure'))).mode & 0o777).toBe(0o700);
});

test('a tree that Enclosure does not manage has no revision, and is written all the same', async () => {
  const version = await (await open()).write(snapshot(null, { a: 'one' }));
  await version.switch();
  expect(version.revision).toBeNull();
  expect(await filesBelow(join(directory, 'current'))).toEqual({ a: 'one' });
});

test('an empty environment is an empty directory', async () => {
  const version = await (await open()).write(snapshot(1, {}));
  await version.switch();
  expect(await filesBelow(join(directory, 'current'))).toEqual({});
});

test('a switch removes all versions but the one in use and the one before it', async () => {
  const snapshots = await open();
  const written = [];
  for (const revision of [1, 2, 3, 4]) {
    const version = await snapshots.write(numbered(revision));
    written.push(version.directory);
    await version.switch();
  }
  expect((await versions()).map((name) => join(directory, '.versions', name)).toSorted()).toEqual(
    written.slice(2).toSorted(),
  );
  expect(await filesBelow(written[2] ?? '')).toEqual(numberedFiles(3));
});

test('a version can be switched to once more, and the one before it stays', async () => {
  const snapshots = await open();
  await (await snapshots.write(numbered(1))).switch();
  const version = await snapshots.write(numbered(2));
  await version.switch();
  await version.switch();
  expect(await snapshots.current()).toBe(version.directory);
  expect(await versions()).toHaveLength(2);
});

test('a version that was discarded is gone, and the next one is linked with the one in use', async () => {
  const snapshots = await open();
  const first = await snapshots.write(numbered(1));
  await first.switch();
  const rejected = await snapshots.write(numbered(2));
  await rejected.discard();
  expect(await versions()).toHaveLength(1);
  const third = await snapshots.write(numbered(3));
  expect(await inode(third, 'constant')).toBe(await inode(first, 'constant'));
  expect(await filesBelow(third.directory)).toEqual(numberedFiles(3));
});

test('the version in use is not discarded', async () => {
  const snapshots = await open();
  const version = await snapshots.write(numbered(1));
  await version.switch();
  await version.discard();
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(1));
});

test('there is no switch to a version that was removed: the old one stays in use', async () => {
  const snapshots = await open();
  const first = await snapshots.write(numbered(1));
  await (await snapshots.write(numbered(2))).switch();
  await expect(first.switch()).rejects.toMatchObject({ code: 'directory-failed', retryable: true });
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(2));
});

test('equal files are links to those of the version before, and only changed ones are written', async () => {
  const snapshots = await open();
  const one = await snapshots.write(numbered(1));
  const other = await snapshots.write(numbered(2));
  for (const path of ['constant', 'app/deep/name']) {
    expect(await inode(other, path)).toBe(await inode(one, path));
  }
  expect(await inode(other, 'app/db')).not.toBe(await inode(one, 'app/db'));
  expect(await filesBelow(other.directory)).toEqual(numberedFiles(2));
});

test('an equal file under another path is written, and one that became a directory as well', async () => {
  const snapshots = await open();
  await snapshots.write(snapshot(1, { a: 'x', 'b/c': 'y' }));
  const other = await snapshots.write(snapshot(2, { 'a/c': 'x', b: 'y' }));
  expect(await filesBelow(other.directory)).toEqual({ a: null, 'a/c': 'x', b: 'y' });
});

test('a new process links nothing: what it puts into use is exactly the snapshot', async () => {
  const first = await open();
  const old = await first.write(numbered(1));
  await old.switch();
  await first.close();
  await chmod(join(old.directory, 'constant'), 0o644);
  await writeFile(join(old.directory, 'constant'), 'edited');

  const version = await (await open()).write(numbered(1));
  expect(await inode(version, 'constant')).not.toBe(await inode(old, 'constant'));
  await version.switch();
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(1));
});

const edits: Record<string, (path: string) => Promise<void>> = {
  'written into': async (path) => {
    await chmod(path, 0o644);
    // Of the same length: only its time tells.
    await writeFile(path, 'THIS ONE TOO');
  },
  'put another file in the place of': async (path) => {
    // Of the same length and time.
    await writeFile(`${path}.new`, 'THIS ONE TOO');
    spawnSync('touch', ['-r', path, `${path}.new`]);
    await rename(`${path}.new`, path);
  },
  removed: unlink,
};

test.each(Object.entries(edits))('a file that an application has %s is not passed on', async (_, edit) => {
  const snapshots = await open();
  const first = await snapshots.write(numbered(1));
  await first.switch();
  await edit(join(first.directory, 'constant'));
  const second = await snapshots.write(numbered(2));
  expect(await filesBelow(second.directory)).toEqual(numberedFiles(2));
  const third = await snapshots.write(numbered(3));
  expect(await inode(third, 'constant')).toBe(await inode(second, 'constant'));
});

test('where a disk makes no hard links, every file is written', async () => {
  const refusing = watchedDisk({
    before({ name }) {
      if (name === 'link') throw Object.assign(new Error('no links'), { code: 'EPERM', syscall: 'link' });
    },
  });
  const snapshots = await openDirectory({ directory, owner, disk: refusing });
  opened.push(snapshots);
  await (await snapshots.write(numbered(1))).switch();
  await (await snapshots.write(numbered(2))).switch();
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(2));
  await expect(open()).rejects.toMatchObject({ code: 'directory-taken' });
});

test('what an application has put among the versions and into one is no obstacle', async () => {
  const snapshots = await open();
  await mkdir(join(directory, '.versions', 'mine'));
  for (const revision of [1, 2, 3]) {
    const version = await snapshots.write(numbered(revision));
    await mkdir(join(version.directory, 'cache', 'of-application'), { recursive: true });
    await version.switch();
  }
  expect(await versions()).toHaveLength(3);
  expect(await versions()).toContain('mine');
});

test('stopped in the middle of writing, it leaves nothing behind', async () => {
  const controller = new AbortController();
  const disk = watchedDisk({
    before({ name }) {
      if (name === 'file.writeFile' && controller.signal.reason === undefined) armed -= 1;
      if (armed === 0) controller.abort();
    },
  });
  let armed = 1000;
  const snapshots = await openDirectory({ directory, owner, disk });
  opened.push(snapshots);
  armed = 30;
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, 'x']));
  const { signal } = controller;
  await expect(snapshots.write(snapshot(1, many), { signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(await versions()).toEqual([]);
});

test('a closed directory is not written to any more', async () => {
  const snapshots = await open();
  const version = await snapshots.write(numbered(1));
  await snapshots.close();
  await snapshots.close();
  await expect(snapshots.write(numbered(2))).rejects.toMatchObject({ code: 'directory-taken' });
  await expect(version.switch()).rejects.toMatchObject({ code: 'directory-taken' });
  expect(await snapshots.current()).toBeUndefined();
});
