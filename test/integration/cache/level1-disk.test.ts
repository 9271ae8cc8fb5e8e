/** Level 1 on real files: what is written is found again, and nothing damaged is ever handed out. */
import { appendFile, open, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  basePath,
  files,
  freshDirectory,
  made,
  openBelow,
  opened,
  partBytes,
  read,
  write,
} from './level1-fixture.ts';

/** Overwrites one byte in the middle of a part. */
async function damage(path: string, part: number): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(Buffer.from('?'), 0, 1, part * partBytes + partBytes / 2);
  await handle.close();
}

test('a result outlives its process in a directory that is named', async () => {
  const directory = await freshDirectory();
  const result = await made(1);
  const first = opened({ directory, memoryBytes: 10_000 });
  const committed = await write(first, result);
  expect(committed?.level).toBe('memory');
  expect((await read(committed)).parts).toEqual(result.parts);
  await first.close();

  const second = opened({ directory, memoryBytes: 10_000 });
  expect(second.inMemory(result.id)).toBeUndefined();
  const found = await second.find(result.id, result.digest);
  expect(found).toMatchObject({ level: 'disk', manifest: result.manifest });
  expect((await read(found)).parts).toEqual(result.parts);
  expect(second.inMemory(result.id)?.level).toBe('memory');
  expect((await second.find(result.id, result.digest))?.level).toBe('memory');
  expect([...first.problems, ...second.problems]).toEqual([]);
});

test('only its owner can read it', async () => {
  const directory = join(await freshDirectory(), 'made');
  const result = await made(1);
  await read(await write(opened({ directory }), result));
  const base = basePath(directory, result);
  const paths = [directory, join(base, '..'), `${base}.result`, `${base}.manifest`];
  const modes = await Promise.all(paths.map(async (path) => ((await stat(path)).mode & 0o777).toString(8)));
  expect(modes).toEqual(['700', '700', '600', '600']);
});

test('a result that does not fit into memory is on the disk alone, and can be read more than once', async () => {
  const directory = await freshDirectory();
  const result = await made(1, 5);
  const level1 = opened({ directory, memoryBytes: 2500 });
  const committed = await write(level1, result);
  expect(committed?.level).toBe('disk');
  expect(level1.inMemory(result.id)).toBeUndefined();
  for (let time = 0; time < 2; time += 1) {
    const parts: Buffer[] = [];
    for await (const part of committed?.parts(async () => undefined) ?? []) parts.push(part);
    expect(parts).toEqual(result.parts);
  }
  await committed?.close();
  expect((await read(await level1.find(result.id, result.digest))).parts).toEqual(result.parts);
  expect(level1.inMemory(result.id)).toBeUndefined();
  expect(await files(directory)).toHaveLength(2);
});

test('a result without parts is a result', async () => {
  const directory = await freshDirectory();
  const result = await made(1, 0);
  expect((await read(await write(opened({ directory, memoryBytes: 1000 }), result))).parts).toEqual([]);
  for (const memoryBytes of [0, 1000]) {
    const found = await opened({ directory, memoryBytes }).find(result.id, result.digest);
    expect((await read(found)).parts).toEqual([]);
  }
});

test('a directory of its own is made when it is needed, and removed in the end', async () => {
  const temporary = await freshDirectory();
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const level1 = opened({ memoryBytes: 2500 });
  const [small, large] = [await made(1, 2), await made(2, 5)];
  await read(await write(level1, small));
  expect(await level1.find(large.id, large.digest)).toBeUndefined();
  await level1.forget(small.id.key);
  expect(await readdir(temporary)).toEqual([]);

  const committed = await write(level1, large);
  expect(await readdir(temporary)).toEqual([expect.stringMatching(/^enclosure-cache-/)]);
  expect(await files(temporary)).toHaveLength(2);
  await level1.close();
  expect(await readdir(temporary)).toEqual([]);
  expect((await read(committed)).parts).toEqual(large.parts);
  // Nothing is made any more, and nobody is told: it was to be so.
  expect(await write(level1, large)).toBeUndefined();
  expect(await readdir(temporary)).toEqual([]);
  expect(level1.problems).toEqual([]);
});

test.for([0, 1, 2])('part %i that was damaged is repaired once, for good', async (part) => {
  const directory = await freshDirectory();
  const result = await made(1);
  await read(await write(opened({ directory }), result));
  await damage(`${basePath(directory, result)}.result`, part);

  for (const memoryBytes of [0, 10_000]) {
    const level1 = opened({ directory, memoryBytes });
    const { parts, repaired } = await read(await level1.find(result.id, result.digest), result);
    expect(parts).toEqual(result.parts);
    // The second one finds it mended.
    expect(repaired).toEqual(memoryBytes === 0 ? [`result-00000${part}`] : []);
  }
  expect(await readFile(`${basePath(directory, result)}.result`)).toEqual(Buffer.concat(result.parts));
});

test('a damaged result that would fit goes into memory when it is whole again', async () => {
  const directory = await freshDirectory();
  const result = await made(1);
  await read(await write(opened({ directory }), result));
  await damage(`${basePath(directory, result)}.result`, 1);
  const level1 = opened({ directory, memoryBytes: 10_000 });
  const first = await level1.find(result.id, result.digest);
  expect(level1.inMemory(result.id)).toBeUndefined();
  expect((await read(first, result)).repaired).toEqual(['result-000001']);
  expect((await read(await level1.find(result.id, result.digest))).repaired).toEqual([]);
  expect(level1.inMemory(result.id)).toBeDefined();
});

test('a file that is cut while it is read is made whole again', async () => {
  const directory = await freshDirectory();
  const result = await made(1, 4);
  const level1 = opened({ directory });
  const local = await write(level1, result);
  await truncate(`${basePath(directory, result)}.result`, 1500);
  const { parts, repaired } = await read(local, result);
  expect(parts).toEqual(result.parts);
  expect(repaired).toEqual(['result-000001', 'result-000002', 'result-000003']);
  expect((await read(await level1.find(result.id, result.digest))).repaired).toEqual([]);
});

test('a part that cannot be repaired is said, with its file, and is not handed out', async () => {
  const directory = await freshDirectory();
  const result = await made(1);
  const level1 = opened({ directory });
  await read(await write(level1, result));
  await damage(`${basePath(directory, result)}.result`, 1);
  for (const repair of [async () => undefined, async () => result.parts[0]]) {
    const found = await level1.find(result.id, result.digest);
    const seen: Buffer[] = [];
    const reading = (async (): Promise<void> => {
      for await (const part of found?.parts(repair) ?? []) seen.push(part);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('1-a1b2, part result-000001') as unknown,
    });
    expect(seen).toEqual([result.parts[0]]);
    await found?.close();
  }
  expect(await openBelow(directory)).toEqual([]);
});

test.for<[string, (base: string) => Promise<void>]>([
  ['data were cut', async (base) => await truncate(`${base}.result`, 2500)],
  ['data have grown', async (base) => await appendFile(`${base}.result`, '?')],
  ['manifest was damaged', async (base) => await damage(`${base}.manifest`, 0)],
  ['manifest was cut', async (base) => await truncate(`${base}.manifest`, 10)],
  ['manifest is gone', async (base) => await rm(`${base}.manifest`)],
  ['data are gone', async (base) => await rm(`${base}.result`)],
])('a result whose %s is not there, and can be written again', async ([, harm]) => {
  const directory = await freshDirectory();
  const result = await made(1);
  const level1 = opened({ directory });
  await read(await write(level1, result));
  await writeFile(`${basePath(directory, result)}.manifest`, result.manifestBytes);
  await harm(basePath(directory, result));
  expect(await level1.find(result.id, result.digest)).toBeUndefined();
  expect((await files(directory)).filter((name) => name.endsWith('.result'))).toEqual([]);
  await read(await write(level1, result));
  expect((await read(await level1.find(result.id, result.digest))).repaired).toEqual([]);
  expect(level1.problems).toEqual([]);
  expect(await openBelow(directory)).toEqual([]);
});

test('a result is not found under the digest of another manifest', async () => {
  const level1 = opened({ directory: await freshDirectory() });
  await read(await write(level1, await made(1)));
  expect(await level1.find((await made(1)).id, (await made(2)).digest)).toBeUndefined();
});

test('who reads goes on reading after the result was forgotten; nobody finds it any more', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory });
  const [old, current] = [await made(1, 3, 1), await made(1, 3, 2)];
  await read(await write(level1, old));
  const reader = await level1.find(old.id, old.digest);
  const reading = reader?.parts(async () => undefined);
  expect((await reading?.next())?.value).toEqual(old.parts[0]);
  await read(await write(level1, current));

  await level1.forget(old.id.key, current.id);
  expect(await level1.find(old.id, old.digest)).toBeUndefined();
  expect((await reading?.next())?.value).toEqual(old.parts[1]);
  expect((await reading?.next())?.value).toEqual(old.parts[2]);
  await reader?.close();
  expect((await read(await level1.find(current.id, current.digest))).parts).toEqual(current.parts);
  await level1.forget(old.id.key);
  expect(await level1.find(current.id, current.digest)).toBeUndefined();
  expect(await readdir(join(directory, 'orders'))).toEqual([]);
});

test('what is in memory is forgotten too', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory, memoryBytes: 10_000 });
  const result = await made(1);
  await write(level1, result);
  await level1.forget(result.id.key);
  expect(level1.inMemory(result.id)).toBeUndefined();
  expect(await level1.find(result.id, result.digest)).toBeUndefined();
});

test('those who read a result at the same time share one descriptor, which the last one closes', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory });
  const result = await made(1);
  const committed = await write(level1, result);
  const all = await Promise.all(
    Array.from({ length: 20 }, async () => level1.find(result.id, result.digest)),
  );
  const count = (await openBelow(directory)).length;
  expect(count).toBe(process.platform === 'linux' ? 1 : 0);
  for (let time = 0; time <= all.length; time += 1) await all[0]?.close();
  const rest = await Promise.all([committed, ...all.slice(1)].map(async (local) => await read(local)));
  for (const { parts, repaired } of rest) {
    expect(parts).toEqual(result.parts);
    // From the file, which the one that was closed again and again has not taken from the others.
    expect(repaired).toEqual([]);
  }
  expect(await openBelow(directory)).toEqual([]);
});

test('a reader that ends early leaves nothing open', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory });
  const local = await write(level1, await made(1, 5));
  for await (const part of local?.parts(async () => undefined) ?? []) {
    expect(part).toHaveLength(partBytes);
    break;
  }
  await local?.close();
  expect(await openBelow(directory)).toEqual([]);
});

test('what is abandoned leaves nothing, whether it was in memory or in a file', async () => {
  const directory = await freshDirectory();
  const result = await made(1, 5);
  for (const memoryBytes of [0, 10_000]) {
    const level1 = opened({ directory, memoryBytes });
    const writer = level1.begin(result.id);
    // Not waited for: a caller gives up in the middle of it.
    const writing = writer.part(result.parts[0] ?? Buffer.alloc(0));
    await Promise.all([writer.abandon(), writing]);
    await writer.part(result.parts[1] ?? Buffer.alloc(0));
    expect(await writer.commit(result.manifest, result.manifestBytes)).toBeUndefined();
    expect(await files(directory)).toEqual([]);
    expect(level1.inMemory(result.id)).toBeUndefined();
    expect(level1.problems).toEqual([]);
  }
  expect(await openBelow(directory)).toEqual([]);
});

test('several write, find, forget and bound the same results at once, and whoever finds one reads it whole', async () => {
  const directory = await freshDirectory();
  const results = await Promise.all([1, 2, 3].map(async (key) => await made(key, 4)));
  const several = [0, 0, 10_000].map((memoryBytes) =>
    opened({ directory, memoryBytes, directoryBytes: 9000 }),
  );
  let found = 0;
  const live = async (level1: (typeof several)[number], seed: number): Promise<void> => {
    for (let turn = 0; turn < 60; turn += 1) {
      const result = results[(turn * seed) % results.length];
      if (result === undefined) continue;
      const local = (await level1.find(result.id, result.digest)) ?? (await write(level1, result));
      expect(level1.problems.map(({ message }) => message)).toEqual([]);
      expect(await read(local)).toEqual({ parts: result.parts, repaired: [] });
      found += 1;
      if (turn % 4 === seed % 4) await level1.forget(result.id.key);
    }
  };
  await Promise.all(several.flatMap((level1, index) => [live(level1, index + 1), live(level1, index + 4)]));
  expect(found).toBe(360);
  expect((await files(directory)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  expect(await openBelow(directory)).toEqual([]);
});

test('two writers of the same result at once both have it, and it lies there once', async () => {
  const directory = await freshDirectory();
  const result = await made(1, 4);
  const [one, other] = [opened({ directory }), opened({ directory })];
  const both = await Promise.all([write(one, result), write(one, result), write(other, result)]);
  for (const local of both) expect(await read(local)).toEqual({ parts: result.parts, repaired: [] });
  expect(await files(directory)).toHaveLength(2);
  expect((await read(await other.find(result.id, result.digest))).parts).toEqual(result.parts);
  expect(await openBelow(directory)).toEqual([]);
});

test('finding a result on the disk counts as its use', async () => {
  const directory = await freshDirectory();
  const level1 = opened({ directory });
  const result = await made(1);
  await read(await write(level1, result));
  const path = `${basePath(directory, result)}.result`;
  await utimes(path, 1000, 1000);
  await read(await level1.find(result.id, result.digest));
  expect((await stat(path)).mtimeMs).toBeGreaterThan(1_000_000);
});
