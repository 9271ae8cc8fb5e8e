/** A child that ends before it has read its input: its exit code is what is said, not the pipe that broke. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, onTestFinished, test } from 'vitest';
import { fastImport } from '../../../bench/fast-import.ts';
import { createGitFixture } from '../../../harness/git-fixture.ts';
import { projectRoot } from '../../../harness/project-root.ts';
import { sourceFiles, withoutComments } from '../../unit/project/source-files.ts';

/** More than a pipe holds. */
const manyNames = 8_000;

test('git that refuses a repository is quoted with its exit code, however much it was to read', async () => {
  const directory = await temporaryDirectory();
  const stream = Array.from({ length: manyNames }, (_, index) => `# ${'x'.repeat(100)} ${index}\n`);
  await expect(fastImport(directory, stream)).rejects.toThrow('it ended with 128');
});

test('a contestant says how git ended that did not read the names of the blobs', async () => {
  const git = await createGitFixture();
  onTestFinished(() => git.remove());
  git.commit(Object.fromEntries(Array.from({ length: manyNames }, (_, index) => [`f${index}`, `${index}`])));
  const directory = await temporaryDirectory();
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v git']);
  const stub = join(directory, 'git');
  await writeFile(stub, `#!/bin/sh\ncase "$*" in *cat-file*) exit 7;; esac\nexec "${stdout.trim()}" "$@"\n`);
  await chmod(stub, 0o755);
  const options = { connect: inject('zookeeper'), url: git.url, clone: join(directory, 'c.git') };
  const words = Object.entries({ ...options, branch: 'main', root: '/early-end' });
  const run = promisify(execFile)(
    process.execPath,
    [
      join(projectRoot, 'bench/contestants/node-transactions.mjs'),
      ...words.flatMap(([key, value]) => [`--${key}`, value]),
    ],
    { env: { ...process.env, PATH: `${directory}${delimiter}${process.env['PATH'] ?? ''}` } },
  );
  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('ended with 7') });
});

test('whoever writes to a child hears of the pipe that breaks', () => {
  const files = sourceFiles('bench', 'harness', 'scripts', 'src', 'examples');
  const writers = files
    .map(({ path, text }) => ({ path, code: withoutComments(text) }))
    .filter(
      ({ code }) => /\bspawn\(/u.test(code) && /\.stdin\.(?:end|write)\(|[,(]\s*\w+\.stdin\b/u.test(code),
    );
  expect(writers.length).toBeGreaterThanOrEqual(5);
  const deaf = writers.filter(({ code }) => !/\.stdin\.on\('error'/u.test(code));
  expect(deaf.map(({ path }) => path)).toEqual([]);
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-early-end-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
