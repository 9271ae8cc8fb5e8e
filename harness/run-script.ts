/**
 * Runs a TypeScript snippet in a process of its own, for what must be frozen, killed or watched from outside. The bundle
 * lies below node_modules, so that `zookeeper`, which stays outside of it, is found.
 */
import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

export interface Script {
  readonly pid: number;
  /** Everything it has written to stdout. */
  stdout(): string;
  /** Waits until it has written a line that matches. */
  line(match: RegExp): Promise<string>;
  signal(name: NodeJS.Signals): void;
  exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
  /** Ends it and removes its bundle. */
  stop(): Promise<void>;
}

/**
 * @param source its relative imports are resolved from `resolveDir`.
 */
export async function runScript(name: string, source: string, resolveDir: string): Promise<Script> {
  const cache = join(import.meta.dirname, '../node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, `${name}-`));
  const outfile = join(directory, `${name}.mjs`);
  // Not `build`, whose service would stay: a process that lives on with a copy of our sessions' sockets confuses epoll.
  buildSync({
    stdin: { contents: source, resolveDir, loader: 'ts', sourcefile: `${name}.ts` },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const clean = async (): Promise<void> => {
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  };
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    line: (match) =>
      waitFor(`a line like ${String(match)} from ${name}; it said: ${stdout}${stderr}`, () =>
        stdout.split('\n').find((line) => match.test(line)),
      ),
    signal: (signalName) => child.kill(signalName),
    async exit() {
      const [code, signal] = await exited;
      await clean();
      return { code, signal, stdout, stderr };
    },
    async stop() {
      kill();
      await exited;
      await clean();
    },
  };
}
