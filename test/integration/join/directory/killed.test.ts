/** Agents that die while they write, one before every single operation, and what the disk holds then. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import { isVersionName } from '../../../../src/join/directory/places.ts';
import { bundleChild, type Bundle } from './bundle-child.ts';
import { filesBelow, numbered, numberedFiles, owner } from './fixture.ts';
import { watchedDisk, type Operation } from './watched-disk.ts';

const run = promisify(execFile);
let child: Bundle;
let parent: string;

beforeAll(async () => {
  child = await bundleChild('killed-child');
  parent = await mkdtemp(join(tmpdir(), 'enclosure-killed-'));
});

afterAll(async () => {
  await child.remove();
  await rm(parent, { recursive: true, force: true });
});

/** With this revision in use. */
async function write(directory: string, revision: number): Promise<void> {
  const opened = await openDirectory({ directory, owner });
  await (await opened.write(numbered(revision))).switch();
  await opened.close();
}

/** Which revision is in use; fails unless it is exactly one. */
async function wholeRevision(directory: string): Promise<number> {
  const files = await filesBelow(await realpath(join(directory, 'current')));
  const revision = Number(/\d+$/.exec(files['app/db'] ?? '')?.[0]);
  expect(files).toEqual(numberedFiles(revision));
  return revision;
}

const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other);

test(
  'F58: killed before any operation of two switches, the old or the new revision is in use, whole',
  { timeout: 600_000 },
  async () => {
    const prepared = join(parent, 'prepared');
    await write(prepared, 1);
    const seen: number[] = [];
    let finished: string | undefined;
    for (let killAt = 1; finished === undefined; killAt += 1) {
      const directory = join(parent, String(killAt));
      await cp(prepared, directory, { recursive: true, verbatimSymlinks: true });
      finished = await run(process.execPath, [child.path, directory, String(killAt)]).then(
        ({ stdout }) => stdout,
        (error: unknown) => {
          expect(error).toMatchObject({ signal: 'SIGKILL' });
          return undefined;
        },
      );
      seen.push(await wholeRevision(directory));

      await write(directory, 4);
      expect(await wholeRevision(directory)).toBe(4);
      expect((await readdir(directory)).toSorted()).toEqual(['.enclosure', '.versions', 'current']);
      expect(await readdir(join(directory, '.enclosure'))).toEqual(['owner.json']);
      const versions = await readdir(join(directory, '.versions'));
      expect(ascending(versions.map((name) => Number.parseInt(name, 10)))).toEqual([seen.at(-1), 4]);
      expect(versions.filter((name) => !isVersionName(name))).toEqual([]);
      await rm(directory, { recursive: true });
    }
    // Every one of them was killed once, and each revision was in use until the one operation that switches.
    expect(seen).toHaveLength(Number(finished) + 1);
    expect(seen).toEqual(ascending(seen));
    expect([...new Set(seen)]).toEqual([1, 2, 3]);
    console.log(`killed before each of ${finished} operations`);
  },
);

test('F58: files are fsynced before the version is renamed, directories before the switch', async () => {
  const directory = join(parent, 'ordered');
  const log: (Operation & { readonly done: boolean })[] = [];
  const disk = watchedDisk({
    before: (operation) => log.push({ ...operation, done: false }),
    after: (operation) => log.push({ ...operation, done: true }),
  });
  const opened = await openDirectory({ directory, owner, disk });
  await (await opened.write(numbered(1))).switch();
  log.length = 0;
  const version = await opened.write(numbered(2));
  await version.switch();
  await opened.close();

  const partial = `${version.directory}.partial`;
  const begun = (name: string, to: string): number =>
    log.findIndex((one) => !one.done && one.name === name && one.to === to);
  const fsynced = (path: string): number =>
    log.findIndex((one) => one.done && one.name === 'file.sync' && one.path === path);
  const rename = begun('rename', version.directory);
  const change = begun('rename', join(directory, 'current'));
  expect(rename).toBeGreaterThan(0);
  expect(change).toBeGreaterThan(rename);

  const created = log.filter((one) => one.done && one.name === 'open' && one.to === 'wx');
  const changed = ['app/.znode', 'app/db', 'only-in-2'];
  expect(created.map(({ path }) => path).toSorted()).toEqual(changed.map((path) => join(partial, path)));
  const written = log.findLastIndex((one) => one.done && ['link', 'file.writeFile'].includes(one.name));
  for (const path of [...changed, '', 'app', 'app/deep'].map((name) => join(partial, name))) {
    expect(fsynced(path)).toBeGreaterThan(0);
    expect(fsynced(path)).toBeLessThan(rename);
  }
  // A directory is fsynced when it is complete.
  for (const path of ['', 'app', 'app/deep']) expect(fsynced(join(partial, path))).toBeGreaterThan(written);
  const versions = fsynced(join(directory, '.versions'));
  expect(versions).toBeGreaterThan(rename);
  expect(versions).toBeLessThan(change);
  expect(fsynced(directory)).toBeGreaterThan(change);
});
