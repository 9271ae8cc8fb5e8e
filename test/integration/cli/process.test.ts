import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../../harness/wait-for.ts';

let directory: string;
let script: string;

beforeAll(async () => {
  const cache = join(import.meta.dirname, '../../../node_modules/.cache');
  await mkdir(cache, { recursive: true });
  directory = await mkdtemp(join(cache, 'fake-command-'));
  script = join(directory, 'fake-command.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./fake-command.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    // The real Enclosure and server are never loaded here.
    external: ['../sync/enclosure.ts', '../serve/*'],
    logLevel: 'silent',
  });
});
afterAll(async () => await rm(directory, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly stdout: () => string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

function start(program: string, ...argv: string[]): Running {
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]: (number | null | NodeJS.Signals)[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

const command = (...argv: string[]): Running => start(process.execPath, script, ...argv);
const said = (running: Running, text: string): Promise<true> =>
  waitFor(`"${text}"`, () => (running.stderr().includes(text) ? true : undefined));

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('F7: %s aborts the run, waits for the release and exits with %i', async (name, code) => {
  const running = command('sync', 'orderly', '--json');
  await said(running, 'holding');
  running.child.kill(name);
  expect(await running.ended).toEqual({ code, signal: null });
  expect(running.stderr()).toBe(`holding\nreleasing\nreleased\nerror[aborted]: stopped by ${name}\n`);
  expect(JSON.parse(running.stdout())).toMatchObject({ outcome: 'failed', error: { code: 'aborted' } });
});

test('a second signal ends the process at once', async () => {
  const running = command('sync', 'stubborn');
  await said(running, 'holding');
  running.child.kill('SIGINT');
  await said(running, 'releasing');
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 143, signal: null });
});

test('a server that is asked to end closes and exits 0', async () => {
  const running = command('serve');
  await said(running, 'serving');
  running.child.kill('SIGTERM');
  expect(await running.ended).toEqual({ code: 0, signal: null });
  expect(running.stderr()).toBe('serving\nclosed\n');
});

test('a reader that goes away is not an error', async () => {
  const pipeline = `"${process.execPath}" "${script}" history orderly --limit 200000 | head -n 1`;
  const running = start('bash', '-o', 'pipefail', '-c', pipeline);
  expect(await running.ended).toEqual({ code: 0, signal: null });
  expect(running.stdout()).toMatch(/^200000 {2}3f2a1b9c0d1e .*\n$/);
  expect(running.stderr()).toBe('');
});

test('nothing is lost of a long document in a pipe', async () => {
  const running = command('history', 'orderly', '--limit', '5000', '--json');
  expect(await running.ended).toEqual({ code: 0, signal: null });
  expect(JSON.parse(running.stdout())).toHaveLength(5000);
});
