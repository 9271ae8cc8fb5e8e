/** What comes to somebody who installs the package, and that it works without what they did not install. Needs dist. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { createEnvironment } from '../../../harness/environment-fixture.ts';
import { installPackage, type InstalledPackage } from '../../../harness/installed-package.ts';
import { projectRoot } from '../../../harness/project-root.ts';

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPackage();
});
afterAll(() => installed.remove());

const modules = (...names: string[]): string => join(installed.directory, 'node_modules', ...names);

test('it is the only package that comes, it is small, and nothing of it is compiled', async () => {
  expect((await readdir(modules())).filter((name) => !name.startsWith('.'))).toEqual(['enclosure']);
  expect(await readdir(modules('.bin'))).toEqual(['enclosure']);
  const files = await filesOf(modules('enclosure'));
  expect(files.filter(({ path }) => /\.node$|(?:^|\/)(?:build|binding\.gyp)(?:$|\/)/u.test(path))).toEqual(
    [],
  );
  const mebibytes = files.reduce((sum, { bytes }) => sum + bytes, 0) / 1024 ** 2;
  console.log(`${files.length} files, ${mebibytes.toFixed(1)} MiB`);
  expect(mebibytes).toBeLessThan(8);
});

test('it holds what is needed and nothing of the machine that packed it', async () => {
  const paths = (await filesOf(modules('enclosure'))).map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/THIRD-PARTY-LICENSES.txt',
      'docs/configuration.md',
      'schemas/enclosure.schema.json',
    ]),
  );
  const folders = new Set(paths.map((path) => path.split('/').slice(0, -1).join('/')));
  const expected =
    /^(?:|dist|dist\/(?:chunks|vendor|types(?:\/[a-z/-]+)?)|docs|docs\/(?:decisions|images)|schemas(?:\/documents)?)$/u;
  expect([...folders].filter((folder) => !expected.test(folder))).toEqual([]);
  const needless = paths.filter((path) => /\.(?:map|cache|ts)$/u.test(path) && !path.endsWith('.d.ts'));
  expect(needless).toEqual([]);
  for (const path of paths.filter((name) => name.startsWith('dist/'))) {
    expect(await readFile(modules('enclosure', path), 'utf8')).not.toContain(projectRoot);
  }
});

test('the licence of everything that is bundled is in it', async () => {
  const text = await readFile(modules('enclosure/dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of [
    '@aws-sdk/client-s3',
    'commander',
    'pino',
    'prom-client',
    'simple-git',
    'yaml',
    'zod',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'mu'));
  }
  expect(text).toContain('Apache License');
});

test('its command runs, and deploys', async () => {
  const fixture = await createEnvironment(inject('zookeeper'));
  onTestFinished(() => fixture.remove());
  fixture.git.commit({ 'app.json': '{}' });
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-deploying-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const { znode, stateRoot, repository } = fixture.environment;
  const configuration = {
    version: 1,
    stateRoot,
    cacheDirectory: join(directory, 'cache'),
    allowLocalRepositories: true,
    ensembles: { main: { connect: inject('zookeeper') } },
    repositories: { config: { url: repository.url, provider: 'github' } },
    environments: {
      production: { repository: 'config', branch: 'main', directory: '.', ensemble: 'main', znode },
    },
  };
  // JSON is YAML.
  await writeFile(join(directory, 'enclosure.yaml'), JSON.stringify(configuration));
  const enclosure = (...args: string[]): string =>
    execFileSync(modules('.bin/enclosure'), args, {
      cwd: directory,
      env: { PATH: installed.path, HOME: directory },
      encoding: 'utf8',
    });
  const { version } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(enclosure('--version')).toBe(`${version}\n`);
  expect(JSON.parse(enclosure('sync', 'production', '--json'))).toMatchObject({
    outcome: 'applied',
    revision: 1,
  });
  expect(await fixture.texts()).toMatchObject({ 'app.json': '{}' });
});

test('each library has the names that it is known for, and no others', () => {
  const names = (library: string): string[] => {
    const code = `console.log(JSON.stringify(Object.keys(await import('${library}'))))`;
    const args = ['--input-type=module', '--eval', code];
    const printed = execFileSync(process.execPath, args, { cwd: installed.directory, encoding: 'utf8' });
    return (JSON.parse(printed) as string[]).toSorted();
  };
  const errors = ['EnclosureError', 'isEnclosureError'];
  expect(names('enclosure')).toEqual([...errors, 'createEnclosure', 'loadConfiguration'].toSorted());
  expect(names('enclosure/agent')).toEqual([...errors, 'download', 'join'].toSorted());
  expect(names('enclosure/cache')).toEqual([...errors, 'bulkCache'].toSorted());
});

test.each([
  ['publint', ['run', '--strict']],
  ['attw', ['--no-definitely-typed', '--no-emoji', '--profile', 'esm-only']],
])('%s finds nothing to complain of', (linter, options) => {
  const program = join(projectRoot, 'node_modules', '.bin', linter);
  const ran = spawnSync(program, [...options, installed.tarball], { encoding: 'utf8' });
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ status: 0 });
});

interface PackagedFile {
  readonly path: string;
  readonly bytes: number;
}

async function filesOf(directory: string): Promise<readonly PackagedFile[]> {
  const names = await readdir(directory, { recursive: true });
  const files = await Promise.all(
    names.map(async (path) => ({ path, found: await stat(join(directory, path)) })),
  );
  return files
    .filter(({ found }) => found.isFile())
    .map(({ path, found }) => ({ path: path.replaceAll('\\', '/'), bytes: found.size }));
}
