/** The built `enclosure join` as a process of its own, on the environment of a fixture, beside an application that writes files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildEnclosure } from '../../harness/build-enclosure.ts';
import type { EnvironmentFixture } from '../../harness/environment-fixture.ts';
import { waitFor } from '../../harness/wait-for.ts';

export interface JoinEnded {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Joining {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** What it has written to standard error so far. */
  stderr(): string;
  /** Waits until it has. */
  said(text: string): Promise<void>;
  readonly ended: Promise<JoinEnded>;
}

export interface JoinCommand {
  /** Runs `enclosure join production --connect ... ARGV`. */
  start(
    fixture: Pick<EnvironmentFixture, 'environment'>,
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Joining;
  /** Runs `enclosure ARGV`. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Joining;
  remove(): Promise<void>;
}

export async function buildJoinCommand(): Promise<JoinCommand> {
  const built = await buildEnclosure();
  const run: JoinCommand['run'] = (argv, env = {}) => {
    const child = spawn(process.execPath, [built.entry, ...argv], {
      env: { PATH: process.env['PATH'], HOME: built.directory, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = once(child, 'close').then((): JoinEnded => ({ code: child.exitCode, stdout, stderr }));
    onTestFinished(async () => {
      // In order first: what it looks after ends with it.
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    });
    return {
      pid: child.pid ?? 0,
      signal: (name) => child.kill(name),
      stderr: () => stderr,
      said: async (text) =>
        void (await waitFor(`"${text}" in ${JSON.stringify(argv)}`, () => {
          if (child.exitCode !== null) throw new Error(`it has ended: ${stderr}`);
          return stderr.includes(text);
        })),
      ended,
    };
  };
  return {
    run,
    start({ environment: { name, stateRoot, ensemble } }, argv, env) {
      return run(['join', name, '--connect', ensemble.connect, '--state-root', stateRoot, ...argv], env);
    },
    remove: () => built.remove(),
  };
}

/** A directory that does not exist yet, for `--out`, and files beside it that commands write. */
export async function outDirectory(): Promise<{ readonly out: string; readonly beside: string }> {
  const beside = await mkdtemp(join(tmpdir(), 'enclosure-join-'));
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  return { out: join(beside, 'out'), beside };
}

/** The lines that commands have written to a file, once there are so many. */
export async function linesOf(path: string, count: number): Promise<readonly string[]> {
  return await waitFor(`${count} lines in ${path}`, async () => {
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    return lines.length >= count && lines;
  });
}
