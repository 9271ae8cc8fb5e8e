/** The directory of level 2 on disks that are full, read-only or used by others at the same time. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDirectoryStore } from '../../../../src/cache/store/open-directory-store.ts';
import { makeSmallDisk } from '../../../../harness/small-disk.ts';

const kilobytes = 1024;
const failure = (pattern: RegExp): object => ({
  code: 'store-failed',
  retryable: true,
  message: expect.stringMatching(pattern) as unknown,
});

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-store-'));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

describe('a store in a directory', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await newDirectory();
  });

  test('lets nobody but its owner read, from the directory itself on', async () => {
    const base = join(directory, 'made', 'base');
    await openDirectoryStore(base).put('a/b/x', Buffer.from('x'));
    const modes = ['..', '.', 'a', 'a/b', 'a/b/x', '~partial'].map(async (path) => {
      return ((await stat(join(base, path))).mode & 0o777).toString(8);
    });
    expect(await Promise.all(modes)).toEqual(['700', '700', '700', '700', '600', '700']);
  });

  test('never lists what dead processes left half, and removes it with the next removal when it is old', async () => {
    const store = openDirectoryStore(directory);
    await store.put('a/x', Buffer.from('x'));
    const leftovers = ['old', 'new'].map((name) => join(directory, '~partial', name));
    for (const path of leftovers) await writeFile(path, 'half');
    const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(directory, '~partial', 'old'), twoHoursAgo, twoHoursAgo);
    await writeFile(join(directory, 'a', '.nfs000000000004c1b900000001'), 'removed, but still read');
    expect(await store.list('a')).toEqual(['a/x']);
    await store.remove([]);
    expect(await readdir(join(directory, '~partial'))).toEqual(['new']);
  });

  test('removes the folders that became empty, and not those that others use', async () => {
    const store = openDirectoryStore(directory);
    for (const name of ['a/b/c/x', 'a/b/c/y', 'a/d/x']) await store.put(name, Buffer.from('x'));
    await store.remove(['a/b/c/x']);
    expect(await readdir(join(directory, 'a', 'b', 'c'))).toEqual(['y']);
    await store.remove(['a/b/c/y']);
    expect(await readdir(join(directory, 'a'))).toEqual(['d']);
    await store.remove(['a/d/x']);
    expect(await readdir(directory)).toEqual(['~partial']);
  });

  test('puts into folders that others remove as empty all the time', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `a/b/c/${index}`);
    const work = async (name: string): Promise<void> => {
      const store = openDirectoryStore(directory);
      for (let round = 0; round < 100; round += 1) {
        await store.put(name, Buffer.from('x'));
        await store.list('a');
        await store.remove([name]);
      }
      await store.put(name, Buffer.from('x'));
    };
    await Promise.all(names.map(work));
    expect((await openDirectoryStore(directory).list('a')).toSorted()).toEqual(names);
  });

  test('says which file stands where the directory has to be', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const store = openDirectoryStore(join(file, 'base'));
    await expect(store.put('a/x', Buffer.from('x'))).rejects.toMatchObject(
      failure(/base\/a\/x.*ENOTDIR.*in the way/),
    );
    expect(await store.get('a/x')).toBeUndefined();
  });

  test('leaves nothing of an object that cannot get its place', async () => {
    await mkdir(join(directory, 'a', 'x', 'full'), { recursive: true });
    const store = openDirectoryStore(directory);
    await expect(store.put('a/x', Buffer.from('x'))).rejects.toMatchObject(failure(/a\/x.*EISDIR|ENOTEMPTY/));
    expect(await readdir(join(directory, '~partial'))).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('ends where the directory can never be made', async () => {
    const store = openDirectoryStore('/proc/enclosure/store');
    await expect(store.put('a/x', Buffer.from('x'))).rejects.toMatchObject(failure(/ENOENT.*can be made/));
  });

  test.skipIf(process.getuid?.() === 0)('says whose right it lacks', async () => {
    await chmod(directory, 0o500);
    const store = openDirectoryStore(directory);
    await expect(store.put('a/x', Buffer.from('x'))).rejects.toMatchObject(failure(/EACCES.*the right/));
  });
});

describe('a store on a disk of its own', async () => {
  const { directory: disk, mounted, remove } = await makeSmallDisk(256);
  afterAll(remove);

  test.skipIf(!mounted)(
    'leaves nothing of what a full disk does not hold, and goes on once there is room',
    async () => {
      const store = openDirectoryStore(disk);
      await store.put('a/x', Buffer.alloc(100 * kilobytes, 'x'));
      const large = Buffer.alloc(200 * kilobytes, 'y');
      await expect(store.put('a/y', large)).rejects.toMatchObject(failure(/a\/y.*ENOSPC.*Free space/));
      expect(await store.list('a')).toEqual(['a/x']);
      expect(await readdir(join(disk, '~partial'))).toEqual([]);
      expect(await store.get('a/x')).toEqual(Buffer.alloc(100 * kilobytes, 'x'));
      await store.remove(['a/x']);
      await store.put('a/y', large);
      expect((await store.get('a/y'))?.equals(large)).toBe(true);
    },
  );

  test.skipIf(!mounted)(
    'reads what is on a disk that became read-only, and says so of all else',
    async () => {
      const store = openDirectoryStore(disk);
      await store.put('ro/x', Buffer.from('x'));
      spawnSync('mount', ['-o', 'remount,ro', disk]);
      onTestFinished(() => void spawnSync('mount', ['-o', 'remount,rw', disk]));
      expect((await store.get('ro/x'))?.toString()).toBe('x');
      expect(await store.list('ro')).toEqual(['ro/x']);
      await expect(store.put('ro/y', Buffer.from('y'))).rejects.toMatchObject(
        failure(/ro\/y.*EROFS.*read-only/),
      );
      await expect(store.remove(['ro/x'])).rejects.toMatchObject(failure(/ro\/x.*EROFS.*read-only/));
    },
  );
});
