import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '../../harness/wait-for.ts';
import { whenWeDie } from '../../harness/when-we-die.ts';
import { ClaimFailed } from './narrate.ts';

/** A program that runs beside the story and says what it sees. */
export interface Application {
  /** Waits for the first line that holds this text, and returns it. */
  says(text: string): Promise<string>;
  stop(): Promise<void>;
}

export function startApplication(
  name: string,
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
): Application {
  // Out of reach of Ctrl-C: it is ended in its turn, while ZooKeeper is still there to leave in order.
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.once('exit', whenWeDie(['kill', '-9', String(child.pid)], cwd));
  const ended = once(child, 'exit');
  return {
    async says(text) {
      try {
        return await waitFor(`${name} to say "${text}"`, () => {
          if (child.exitCode !== null) throw new ClaimFailed(`${name} ended with ${child.exitCode}`);
          return output.split('\n').find((line) => line.includes(text));
        });
      } catch (error) {
        throw new ClaimFailed(`${(error as Error).message}; it said\n${output}`);
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
