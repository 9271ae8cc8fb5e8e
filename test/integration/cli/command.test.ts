import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort } from '../../../harness/free-port.ts';

const root = join(import.meta.dirname, '../../..');
let built: string;
let directory: string;

beforeAll(async () => {
  // Below node_modules, so that `zookeeper`, which is not bundled, is found.
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  built = await mkdtemp(join(cache, 'command-'));
  directory = await mkdtemp(join(tmpdir(), 'enclosure-command-'));
  await build(built);
});
afterAll(async () => {
  await rm(built, { recursive: true, force: true });
  await rm(directory, { recursive: true, force: true });
});

async function build(outdir: string): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.mjs'), '--outdir', outdir]);
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the file itself, by its first line and its executable bit. */
async function enclosure(...argv: string[]): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: directory, TOKEN: 'canary' };
  return await new Promise((resolve) => {
    execFile(join(built, 'enclosure.js'), argv, { cwd: directory, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function configuration(connect: string): Promise<string> {
  const path = join(directory, 'enclosure.yaml');
  await writeFile(
    path,
    [
      'version: 1',
      `ensembles: { main: { connect: "${connect}", sessionTimeout: 2s } }`,
      'repositories: { config: { url: "https://git.example/config.git", webhookSecret: { env: TOKEN } } }',
      'environments:',
      '  production: { repository: config, branch: main, ensemble: main, znode: /production }',
    ].join('\n'),
  );
  return path;
}

test('the built command is executable and knows its version', async () => {
  await access(join(built, 'enclosure.js'), constants.X_OK);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  for (const flag of ['--version', '-V']) {
    expect(await enclosure(flag)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  }
});

test('help is printed and exits 0; without a command it goes to standard error and exits 1', async () => {
  for (const argv of [['--help'], ['help'], ['plan', '--help'], ['help', 'sync']]) {
    const { code, stdout, stderr } = await enclosure(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Examples:');
  }
  const { code, stdout, stderr } = await enclosure();
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('Usage: enclosure');
});

test('a missing configuration says how to name one', async () => {
  const { code, stdout, stderr } = await enclosure('status', '--config', 'nowhere.yaml');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    'error[configuration-invalid]: the configuration cannot be read (nowhere.yaml); expected a YAML file in UTF-8; found no such file. Name the file with --config or ENCLOSURE_CONFIG\n',
  );
});

test('a bad configuration gives every problem with its line, and one document with --json', async () => {
  const path = await configuration('127.0.0.1:2181');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('version: 1', 'version: 2').replace('{ env: TOKEN }', 'hunter2'));
  const { code, stdout, stderr } = await enclosure('history', 'production', '--json');
  expect(code).toBe(1);
  expect(stderr).toContain('enclosure.yaml:1:10: version: expected 1; found 2\n');
  expect(stderr).toContain('enclosure.yaml:3:81: repositories.config.webhookSecret: expected { env: NAME }');
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'configuration-invalid', retryable: false } });
  expect(stdout + stderr).not.toContain('hunter2');
});

test('usage errors and unknown environments exit 1', async () => {
  await configuration('127.0.0.1:2181');
  expect(await enclosure('deploy')).toMatchObject({ code: 1, stdout: '' });
  const { code, stderr } = await enclosure('verify', 'nowhere');
  expect(code).toBe(1);
  expect(stderr).toBe(
    'error[environment-unknown]: there is no such environment; expected one of production; found "nowhere"\n',
  );
});

test('status of an environment without a deployment comes from the real server', async () => {
  await configuration(inject('zookeeper'));
  const { code, stdout } = await enclosure('status', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ environment: 'production', revision: 0, phase: null }]);
});

test('F14: an ensemble that is away is an error of its environment, and the exit code says so', async () => {
  await configuration(`127.0.0.1:${await freePort()}`);
  const { code, stdout } = await enclosure('status', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    { environment: 'production', revision: null, error: { code: 'zookeeper-unreachable', retryable: true } },
  ]);
});

test('nothing is loaded before it is needed: the version needs the entry alone, a command no large package of others', async () => {
  const other = await mkdtemp(join(root, 'node_modules/.cache', 'command-'));
  try {
    await build(other);
    const run = (...args: readonly string[]) =>
      promisify(execFile)(process.execPath, [join(other, 'enclosure.js'), ...args], {
        env: { PATH: process.env['PATH'], HOME: directory, TOKEN: 'canary' },
      }).then(({ stdout }) => stdout);
    expect((await readdir(join(other, 'vendor'))).length).toBeGreaterThan(0);
    await rm(join(other, 'vendor'), { recursive: true });
    expect(await run('--help')).toContain('Usage: enclosure');
    const file = await configuration(inject('zookeeper'));
    expect(await run('status', '--config', file)).toContain('production');
    await rm(join(other, 'command.cjs'));
    expect(await run('--version')).toMatch(/^\d+\.\d+\.\d+/);
    await expect(run('--help')).rejects.toThrow('ENOENT');
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

test('a code cache that is damaged, cut short or missing costs nothing but time', async () => {
  const other = await mkdtemp(join(root, 'node_modules/.cache', 'command-'));
  try {
    await build(other);
    const [name = ''] = (await readdir(other)).filter((file) => file.endsWith('.cache'));
    const whole = await readFile(join(other, name));
    const help = async (): Promise<string> =>
      (await promisify(execFile)(process.execPath, [join(other, 'enclosure.js'), '--help'])).stdout;
    const spoilt = [whole.subarray(0, whole.length / 2), Buffer.alloc(whole.length), Buffer.alloc(0)];
    for (const bytes of spoilt) {
      await writeFile(join(other, name), bytes);
      expect(await help()).toContain('Usage: enclosure');
    }
    await rm(join(other, name));
    expect(await help()).toContain('Usage: enclosure');
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});
