import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk, type Disk } from '../../../src/files/disk.ts';
import { tryFileLock, type FileLockAttempt } from '../../../src/files/file-lock.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-lock-'));
  path = join(directory, 'lock');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const take = async (disk?: Disk): Promise<FileLockAttempt> =>
  await tryFileLock(path, {
    partial: () => join(directory, randomUUID()),
    ...(disk === undefined ? {} : { disk }),
  });

async function leave(owner: { readonly pid: number; readonly host: string }, ageMs = 0): Promise<void> {
  await writeFile(path, JSON.stringify({ guid: randomUUID(), ...owner }));
  const time = new Date(Date.now() - ageMs);
  await utimes(path, time, time);
}

const deadPid = (): number => spawnSync('true').pid;

test('the second is told who has it, until the first has released it', async () => {
  const first = await take();
  expect(await first.lock?.holds()).toBe(true);
  expect(await take()).toMatchObject({ owner: { pid: process.pid, host: hostname() } });
  await first.lock?.release();
  expect(await readdir(directory)).toEqual([]);
  const second = await take();
  expect(await second.lock?.holds()).toBe(true);
  expect(await first.lock?.holds()).toBe(false);
  await second.lock?.release();
});

test('a try in vain writes nothing', async () => {
  await leave({ pid: process.ppid, host: hostname() });
  const disk: Disk = {
    ...nodeDisk,
    open: async () => await Promise.reject(new Error('it was written to')),
  };
  expect(await take(disk)).toMatchObject({ owner: { pid: process.ppid } });
  expect(await readdir(directory)).toEqual(['lock']);
});

test('the lock of a process that is gone is taken over, and so is that of one with our own number before us', async () => {
  for (const pid of [deadPid(), process.pid]) {
    await leave({ pid, host: hostname() });
    const { lock } = await take();
    expect(await lock?.holds()).toBe(true);
    await lock?.release();
  }
});

test('the lock of another host holds for half a minute after its last sign of life', async () => {
  await leave({ pid: deadPid(), host: 'elsewhere' }, 20_000);
  expect(await take()).toMatchObject({ owner: { host: 'elsewhere' } });
  await leave({ pid: deadPid(), host: 'elsewhere' }, 31_000);
  const { lock } = await take();
  expect(lock).toBeDefined();
  await lock?.release();
});

test('where the file system knows no hard links it is taken all the same, by one', async () => {
  const refusal = Object.assign(new Error('EPERM'), { code: 'EPERM', syscall: 'link' });
  const disk: Disk = { ...nodeDisk, link: async () => await Promise.reject(refusal) };
  const attempts = await Promise.all([take(disk), take(disk), take(disk)]);
  const locks = attempts.flatMap(({ lock }) => (lock === undefined ? [] : [lock]));
  expect(locks).toHaveLength(1);
  expect(await readdir(directory)).toEqual(['lock']);
  await locks[0]?.release();
});

test('whoever lost it leaves the lock of the other alone', async () => {
  const { lock } = await take();
  await writeFile(path, 'of another');
  expect(await lock?.holds()).toBe(false);
  await lock?.release();
  expect(await readFile(path, 'utf8')).toBe('of another');
});

test('a disk that refuses is told as it is, and the lock is free afterwards', async () => {
  const refusal = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'link' });
  await expect(take({ ...nodeDisk, link: async () => await Promise.reject(refusal) })).rejects.toBe(refusal);
  expect(await readdir(directory)).toEqual([]);
  const { lock } = await take();
  expect(lock).toBeDefined();
  await lock?.release();
});

test('while its file is being removed it is still its own, and no other call in the process moves it aside', async () => {
  const moved: string[] = [];
  let meanwhile: FileLockAttempt | undefined;
  const others: Disk = {
    ...nodeDisk,
    rename: async (from, to) => {
      moved.push(String(from));
      await nodeDisk.rename(from, to);
    },
  };
  const disk: Disk = {
    ...nodeDisk,
    unlink: async (name) => {
      if (name === path) meanwhile = await take(others);
      await nodeDisk.unlink(name);
    },
  };
  const { lock } = await take(disk);
  await lock?.release();
  expect(meanwhile).toMatchObject({ owner: { pid: process.pid } });
  expect(moved).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});
