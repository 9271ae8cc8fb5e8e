/** Processes that use the cache (caller.mjs): started, told what to do, and ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ApiItem } from '../../../harness/paged-api.ts';
import { projectRoot } from '../../../harness/project-root.ts';
import { waitFor } from '../../../harness/wait-for.ts';

/** A line of a caller. */
export type Told = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly op: 'get' | 'stream' | 'state' | 'invalidate' | 'counters' | 'settled';
  readonly key?: string;
  readonly deadline?: number;
  /** Tells of each item as well. */
  readonly each?: boolean;
}

export interface CallerProcess {
  readonly pid: number;
  readonly told: readonly Told[];
  /** Whether it has ended. */
  readonly ended: boolean;
  /** Tells it; resolves to its answer, or to undefined when it ended without one. */
  ask(asked: Asked): Promise<Told | undefined>;
  /** The first line that fits, now or later. Fails when it ends without. */
  tells(what: string, match: (told: Told) => boolean): Promise<Told>;
  signal(name: NodeJS.Signals): void;
  exit(): Promise<void>;
  stop(): Promise<void>;
}

export function startCaller(options: object): CallerProcess {
  const script = join(projectRoot, 'test/e2e/cache/caller.mjs');
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told: Told[] = [];
  // The last lines are read before it counts as ended.
  const closed = once(child, 'close');
  createInterface(child.stdout).on('line', (line) => told.push(JSON.parse(line) as Told));
  child.stdin.on('error', () => undefined); // it was killed
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  let asked = 0;
  const answerTo = (id: number): Told | undefined =>
    told.find((line) => line['id'] === id && !('first' in line) && !('item' in line));
  return {
    get pid() {
      return child.pid ?? -1;
    },
    told,
    get ended() {
      return ended();
    },
    async ask(what) {
      asked += 1;
      const id = asked;
      child.stdin.write(`${JSON.stringify({ id, ...what })}\n`);
      await Promise.race([
        closed,
        waitFor(`an answer to ${JSON.stringify(what)}`, () => answerTo(id) !== undefined, 120_000),
      ]);
      return answerTo(id);
    },
    async tells(what, match) {
      const line = await waitFor(`a caller to tell of ${what}`, () => {
        const found = told.find(match);
        return found ?? (ended() && 'ended');
      });
      if (line === 'ended') throw new Error(`it ended without telling of ${what}`);
      return line;
    },
    signal: (name) => void child.kill(name),
    async exit() {
      await closed;
    },
    stop: () => stop(child, closed),
  };
}

async function stop(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await closed;
}

/** What a `get` of all these items has to tell. */
export function expectedOf(items: readonly ApiItem[]): { readonly count: number; readonly digest: string } {
  const cleaned = items.filter(({ id }) => id % 10 !== 7);
  const hash = createHash('sha256');
  for (const item of cleaned) hash.update(`${JSON.stringify(item)}\n`);
  return { count: cleaned.length, digest: hash.digest('hex') };
}

/** What a `stream` has to tell: everything, in whatever order. */
export function allOf(items: readonly ApiItem[]): { readonly count: number; readonly all: string } {
  const ids = items.map(({ id }) => id).toSorted((one, other) => one - other);
  return { count: items.length, all: createHash('sha256').update(ids.join()).digest('hex') };
}
