/** The bound on the directory of level 1, on real files. */
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  basePath,
  files,
  freshDirectory,
  made,
  openBelow,
  opened,
  read,
  write,
  type Made,
} from './level1-fixture.ts';

/** Sets when it was used last. */
async function usedAt(directory: string, result: Made, second: number): Promise<void> {
  await utimes(`${basePath(directory, result)}.result`, second, second);
}

async function present(directory: string, results: readonly Made[]): Promise<readonly boolean[]> {
  const paths = results.map((result) => `${basePath(directory, result)}.result`);
  return await Promise.all(
    paths.map(
      async (path) =>
        await stat(path).then(
          () => true,
          () => false,
        ),
    ),
  );
}

test('the results that were not used for longest are removed, not the one just written', async () => {
  const directory = await freshDirectory();
  const results = await Promise.all([1, 2, 3, 4].map(async (key) => await made(key)));
  const writer = opened({ directory, directoryBytes: 10_000 });
  for (const result of results.slice(0, 3)) {
    await read(await write(writer, result));
  }
  // Whoever reads a result when it is removed reads on.
  const [first, oldest] = results;
  const reader = oldest && (await opened({ directory }).find(oldest.id, oldest.digest));
  // By a clock that is ahead: the one just written looks like the oldest of all.
  const ahead = Date.now() / 1000 + 1000;
  for (const [index, result] of results.slice(0, 3).entries()) {
    await usedAt(directory, result, ahead + ([200, 100, 300][index] ?? 0));
  }
  const last = results[3] ?? (await made(4));
  await read(await write(writer, last));
  expect(await present(directory, results)).toEqual([true, false, true, true]);
  expect((await read(reader)).parts).toEqual(oldest?.parts);
  expect((await files(directory)).filter((name) => name.endsWith('.manifest'))).toHaveLength(3);
  // An empty directory would stay for ever otherwise: keys come and go.
  expect(await readdir(join(directory, 'orders'))).toHaveLength(3);
  expect(first && (await read(await writer.find(first.id, first.digest))).parts).toEqual(first?.parts);
});

test('a little more is removed than needed, so that the next commits need not look', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory, directoryBytes: 32_000 });
  for (let key = 1; key <= 33; key += 1) await read(await write(level1, await made(key, 1)));
  expect((await files(directory)).filter((name) => name.endsWith('.result'))).toHaveLength(30);
});

test('what other processes wrote counts', async () => {
  const directory = await freshDirectory();
  const results = await Promise.all([1, 2, 3, 4, 5, 6].map(async (key) => await made(key)));
  for (const [index, result] of results.entries()) {
    await read(await write(opened({ directory, directoryBytes: 10_000 }), result));
    await usedAt(directory, result, 100 + index);
  }
  expect(await present(directory, results)).toEqual([false, false, false, true, true, true]);
});

test('a result that is larger than the bound does not stay, nor drives others out, but can be read', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory, directoryBytes: 4000 });
  const [small, large] = [await made(1, 2), await made(2, 5)];
  await read(await write(level1, small));
  const local = await write(level1, large);
  expect(await present(directory, [small, large])).toEqual([true, false]);
  expect(await read(local)).toEqual({ parts: large.parts, repaired: [] });
  expect(await openBelow(directory)).toEqual([]);
  expect(await level1.find(large.id, large.digest)).toBeUndefined();

  const inMemory = opened({ directory, directoryBytes: 4000, memoryBytes: 10_000 });
  expect((await write(inMemory, large))?.level).toBe('memory');
  expect(await present(directory, [small, large])).toEqual([true, false]);
});

test('what dead processes left is removed after an hour, and what is not ours stays', async () => {
  const directory = await freshDirectory();
  const result = await made(1);
  const key = join(directory, 'orders', (await made(2)).id.key);
  await mkdir(key, { recursive: true });
  const names = ['1-t.4711-abc.partial', '2-t.manifest', 'notes.txt', '3-t.4711-def.partial', '4-t.manifest'];
  for (const name of names) await writeFile(join(key, name), '');
  const old = Date.now() / 1000 - 3700;
  for (const name of names.slice(0, 3)) await utimes(join(key, name), old, old);
  await read(await write(opened({ directory }), result));
  expect((await readdir(key)).toSorted()).toEqual(names.slice(2).toSorted());
});

test('the directory is not read again while what was written is far from the bound', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory, directoryBytes: 1_000_000 });
  await read(await write(level1, await made(1)));
  const left = join(directory, 'orders', (await made(2)).id.key, '1-t.4711-abc.partial');
  await mkdir(join(left, '..'));
  await writeFile(left, '');
  const exists = async (): Promise<boolean> =>
    await stat(left).then(
      () => true,
      () => false,
    );
  await utimes(left, 1000, 1000);
  for (let key = 3; key < 20; key += 1) await read(await write(level1, await made(key)));
  expect(await exists()).toBe(true);
  // A sixteenth of the bound, all in all.
  for (let key = 20; key < 30; key += 1) await read(await write(level1, await made(key)));
  expect(await exists()).toBe(false);
});
