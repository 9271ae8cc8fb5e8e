import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRepository, type BenchRepository } from '../../../bench/make-repository.ts';

let directory: string;
let repository: BenchRepository;
const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repository.directory, ...args], { encoding: 'utf8' }).trim();
const changed = (from: string): string[] => git('diff', '--name-only', from, 'main').split('\n');

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'enclosure-test-'));
  repository = await makeRepository(
    join(directory, 'a.git'),
    Array.from({ length: 250 }, (_, index) => 16 + index),
  );
});

afterAll(async () => await rm(directory, { recursive: true, force: true }));

test('the first commit has every file with its size, 20 in a directory', async () => {
  await repository.reset();
  const lines = git('ls-tree', '-r', '-l', 'main').split('\n');
  expect(lines).toHaveLength(250);
  expect(lines[21]).toMatch(/ 37\td00001\/f1\.txt$/u);
  expect(lines[0]).toMatch(/ 16\td00000\/f0\.txt$/u);
});

test('a change of one file follows on the commit before and changes another file each time', async () => {
  await repository.reset();
  const seen = new Set<string>();
  for (let change = 0; change < 3; change += 1) {
    const before = repository.head;
    await repository.changeOneFile();
    expect(git('rev-parse', 'main')).toBe(repository.head);
    expect(git('rev-parse', 'main~1')).toBe(before);
    const paths = changed(before);
    expect(paths).toHaveLength(1);
    seen.add(paths[0] ?? '');
  }
  expect(seen.size).toBe(3);
});

test('a change of 100 files follows on whatever was changed before, and on another one like it', async () => {
  await repository.reset();
  await repository.changeOneFile();
  for (let change = 0; change < 2; change += 1) {
    const before = repository.head;
    await repository.changeHundredFiles();
    expect(git('rev-parse', 'main~1')).toBe(before);
    expect(changed(before)).toHaveLength(100);
  }
});

test('a repository without more commits says so instead of standing still', async () => {
  await repository.reset();
  while (repository.left > 0) await repository.changeOneFile();
  await expect(repository.changeOneFile()).rejects.toThrow('has no more commits');
});
