import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk } from '../../../src/files/disk.ts';
import { makeWhole } from '../../../src/files/make-whole.ts';

let directory: string;
let path: string;
let beside: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'make-whole-'));
  path = join(directory, 'place');
  beside = join(directory, 'beside');
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const failure = new Error('half');
const text = async (): Promise<string> => await readFile(path, 'utf8');

test('what was there stays until all of the new is there', async () => {
  await writeFile(path, 'before');
  let meanwhile = '';
  const make = async (partial: string): Promise<void> => {
    await writeFile(partial, 'after');
    meanwhile = await text();
  };
  await makeWhole({ beside, path, make });
  expect([meanwhile, await text()]).toEqual(['before', 'after']);
  expect(await readdir(directory)).toEqual(['place']);
});

test('a directory that fails half way is removed with what is in it', async () => {
  const make = async (partial: string): Promise<void> => {
    await mkdir(partial);
    await writeFile(join(partial, 'a'), 'data');
    throw failure;
  };
  await expect(makeWhole({ beside, path, make })).rejects.toBe(failure);
  expect(await readdir(directory)).toEqual([]);
});

test('a disk that refuses to rename leaves what was there, and nothing beside it', async () => {
  await writeFile(path, 'before');
  const disk = { ...nodeDisk, rename: async () => await Promise.reject(failure) };
  const make = async (partial: string): Promise<void> => await writeFile(partial, 'after');
  await expect(makeWhole({ beside, path, make, disk })).rejects.toBe(failure);
  expect(await text()).toBe('before');
  expect(await readdir(directory)).toEqual(['place']);
});

test('what failed is said, and not that nothing was there to remove', async () => {
  const make = async (): Promise<void> => await Promise.reject(failure);
  await expect(makeWhole({ beside, path, make, disk: nodeDisk })).rejects.toBe(failure);
});
