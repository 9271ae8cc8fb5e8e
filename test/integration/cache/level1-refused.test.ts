/** Disks that refuse: level 1 goes on without them, and says so once. */
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { asNobody } from '../../../harness/as-nobody.ts';
import { makeSmallDisk } from '../../../harness/small-disk.ts';
import { files, freshDirectory, made, openBelow, opened, read, write } from './level1-fixture.ts';

const kilobytes = 1024;

describe('a full disk', async () => {
  const { directory: disk, mounted, remove } = await makeSmallDisk(64);
  afterAll(remove);

  const full = { code: 'store-failed', message: expect.stringMatching(/ENOSPC.*make room/) as unknown };

  test.skipIf(!mounted)('keeps what fits in memory, loses the rest, and is told of once each', async () => {
    const large = await made(1, 100);
    const spilling = opened({ directory: disk, memoryBytes: 20_000 });
    expect(await write(spilling, large)).toBeUndefined();
    expect(spilling.problems).toMatchObject([full]);
    expect(await files(disk)).toEqual([]);

    const keeping = opened({ directory: disk, memoryBytes: 200_000 });
    const local = await write(keeping, large);
    expect(local?.level).toBe('memory');
    expect((await read(local)).parts).toEqual(large.parts);
    expect(keeping.problems).toMatchObject([full]);
    expect(await files(disk)).toEqual([]);
    expect(await openBelow(disk)).toEqual([]);
  });

  test.skipIf(!mounted)(
    'that takes the data but not the manifest leaves a result that can be read now',
    async () => {
      const filler = join(disk, 'filler');
      const result = await made(1, 4);
      // Pages of four kilobytes: one remains after the data, and none for the manifest.
      await writeFile(filler, Buffer.alloc(60 * kilobytes));
      const level1 = opened({ directory: disk });
      const local = await write(level1, result);
      await rm(filler);
      expect(level1.problems).toMatchObject([full]);
      expect(await files(disk)).toEqual([]);
      expect(await read(local)).toEqual({ parts: result.parts, repaired: [] });
      expect(await level1.find(result.id, result.digest)).toBeUndefined();
      await read(await write(level1, result));
      expect((await read(await level1.find(result.id, result.digest))).parts).toEqual(result.parts);
    },
  );
});

const denied = {
  code: 'store-failed',
  message: expect.stringMatching(/EACCES.*the right to write/) as unknown,
};

test('a directory that must not be written keeps nothing: what fits is in memory', async () => {
  const directory = await freshDirectory();
  await chmod(directory, 0o555);
  const [small, large] = [await made(1, 2), await made(2, 5)];
  await asNobody(async () => {
    const level1 = opened({ directory, memoryBytes: 3000 });
    expect((await read(await write(level1, small))).parts).toEqual(small.parts);
    expect(level1.inMemory(small.id)).toBeDefined();
    expect(level1.problems).toMatchObject([denied]);
    expect(await write(level1, large)).toBeUndefined();
    expect(level1.problems).toMatchObject([denied, denied]);
    await level1.forget(small.id.key);
  });
  await chmod(directory, 0o755);
  expect(await files(directory)).toEqual([]);
});

test('a result in files that must not be written can be read, and repaired for who reads it', async () => {
  const directory = await freshDirectory();
  const result = await made(1);
  await read(await write(opened({ directory }), result));
  const base = join(directory, 'orders', result.id.key, '1-a1b2');
  const damaged = Buffer.concat(result.parts);
  damaged[1500] = 0;
  await writeFile(`${base}.result`, damaged);
  for (const path of [directory, join(directory, 'orders'), join(base, '..')]) await chmod(path, 0o755);
  for (const path of [`${base}.result`, `${base}.manifest`]) await chmod(path, 0o444);
  await asNobody(async () => {
    const level1 = opened({ directory });
    for (let time = 0; time < 2; time += 1) {
      const { parts, repaired } = await read(await level1.find(result.id, result.digest), result);
      expect(parts).toEqual(result.parts);
      expect(repaired).toEqual(['result-000001']);
    }
    expect(level1.problems).toEqual([]);
  });
});

test('files that must not be read are told of, and are as good as none', async () => {
  const directory = await freshDirectory();
  const result = await made(1);
  await read(await write(opened({ directory }), result));
  await chmod(join(directory, 'orders'), 0o000);
  await asNobody(async () => {
    const level1 = opened({ directory });
    expect(await level1.find(result.id, result.digest)).toBeUndefined();
    expect(level1.problems).toMatchObject([{ code: 'store-failed' }]);
  });
  await chmod(join(directory, 'orders'), 0o700);
});

test('a file in the place of the directory is said', async () => {
  const directory = join(await freshDirectory(), 'file');
  await writeFile(directory, '');
  const level1 = opened({ directory, memoryBytes: 10_000 });
  expect((await write(level1, await made(1)))?.level).toBe('memory');
  expect(level1.problems).toMatchObject([
    { message: expect.stringContaining('A file stands where a directory has to be') as unknown },
  ]);
});

test('a directory that somebody removes in the middle loses nothing for who has the result', async () => {
  const directory = join(await freshDirectory(), 'gone');
  const result = await made(1);
  const level1 = opened({ directory });
  const writer = level1.begin(result.id);
  for (const part of result.parts) await writer.part(part);
  await rm(directory, { recursive: true });
  const local = await writer.commit(result.manifest, result.manifestBytes);
  expect(level1.problems).toMatchObject([{ code: 'store-failed' }]);
  expect(await read(local)).toEqual({ parts: result.parts, repaired: [] });
  await read(await write(level1, result));
  expect((await read(await level1.find(result.id, result.digest))).parts).toEqual(result.parts);
});
