/** The processes of bench/bulk-cache.ts: started, asked, and ended by the end of their input. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Answer = Readonly<Record<string, unknown>>;

export interface BenchProcess {
  /** Resolves to the answer; fails with the error that it tells, or where it ends without. */
  ask(what: object): Promise<Answer>;
  /** Tells it something that has no answer. */
  say(what: object): void;
  /** The next line, from now on, that has this property. */
  tells(property: string): Promise<Answer>;
  end(): Promise<void>;
}

/** @param script in bench/bulk-cache. Its first line says that it has begun; returned with the process. */
export async function startProcess(
  root: string,
  script: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<{ readonly process: BenchProcess; readonly said: Answer }> {
  const path = join(root, 'bench', 'bulk-cache', script);
  const child = spawn(process.execPath, [...nodeOptions, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Its exit code says more than the pipe that breaks when it ends early.
  child.stdin.on('error', () => undefined);
  const waiting = new Set<{ readonly match: (line: Answer) => boolean; resolve(line: Answer): void }>();
  const exited = once(child, 'exit').then(() => undefined);
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as Answer;
    for (const one of waiting) {
      if (!one.match(line)) continue;
      waiting.delete(one);
      one.resolve(line);
    }
  });
  const line = async (match: (line: Answer) => boolean): Promise<Answer> => {
    const found = await Promise.race([
      new Promise<Answer>((resolve) => waiting.add({ match, resolve })),
      exited,
    ]);
    if (found === undefined) throw new Error(`${script} ended with ${child.exitCode}`);
    return found;
  };
  const say = (what: object): void => void child.stdin.write(`${JSON.stringify(what)}\n`);
  let asked = 0;
  const said = await line(() => true);
  return {
    said,
    process: {
      say,
      async ask(what) {
        asked += 1;
        const id = asked;
        const answer = line((one) => one['id'] === id);
        say({ id, ...what });
        const got = await answer;
        if (typeof got['error'] === 'string') throw new Error(got['error']);
        return got;
      },
      tells: (property) => line((one) => property in one),
      async end() {
        child.stdin.end();
        await exited;
      },
    },
  };
}
