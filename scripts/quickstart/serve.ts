import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { waitFor } from '../../harness/wait-for.ts';
import { whenWeDie } from '../../harness/when-we-die.ts';
import { ClaimFailed } from './narrate.ts';

export type LogLine = Readonly<Record<string, unknown>>;

export interface Serve {
  /** Waits until enough lines of its log are about something, and returns them. */
  logged(
    what: string,
    isAbout: (line: LogLine) => boolean,
    isEnough: (lines: readonly LogLine[]) => boolean,
  ): Promise<LogLine[]>;
  /** Asks it to end and waits until it has released what it holds. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly program: string;
  readonly port: number;
  readonly cwd: string;
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
}

/** `enclosure serve` as a process of its own, ready to take webhooks. */
export async function startServe(options: ServeOptions): Promise<Serve> {
  const log = await open(options.logFile, 'a');
  const child = spawn(options.program, ['serve', '--port', String(options.port)], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log.fd, log.fd],
    // Out of reach of Ctrl-C: it is ended in its turn, while ZooKeeper is still there to release things in.
    detached: true,
  });
  await log.close();
  child.once('exit', whenWeDie(['kill', '-9', String(child.pid)], options.cwd));
  const ended = once(child, 'exit');
  await waitFor('enclosure serve to answer', async () => {
    if (child.exitCode !== null) {
      throw new ClaimFailed(`enclosure serve ended at once: ${await readFile(options.logFile, 'utf8')}`);
    }
    return (await fetch(`http://127.0.0.1:${options.port}/healthz`)).ok;
  });
  return {
    async logged(what, isAbout, isEnough) {
      try {
        return await waitFor(`enclosure serve to be through with ${what}`, async () => {
          const lines = (await readLog(options.logFile)).filter(isAbout);
          return isEnough(lines) && lines;
        });
      } catch (error) {
        const last = (await readFile(options.logFile, 'utf8')).trimEnd().split('\n').slice(-10).join('\n');
        throw new ClaimFailed(`${(error as Error).message}; its log ends with\n${last}`);
      }
    },
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Lines that are no JSON are left out: the last one may be half-written. */
async function readLog(file: string): Promise<LogLine[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
}
