/**
 * Runs a process to its end and watches it: its memory and the server's ten times a second, and how many znodes there are.
 * Its phases are what it tells of on stderr (`--verbose`), or else what its git is seen to do: a sync with `--verbose` prints
 * every step, which takes more memory than all that came before. Memory is what Linux says; elsewhere there is none.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Times are seconds since the process was started. */
export interface Sample {
  readonly at: number;
  readonly processMiB: number;
  /** Of the git processes that it has running. */
  readonly gitMiB: number;
  readonly gitCommands: readonly string[];
  readonly serverMiB: number;
  readonly znodes?: number;
}

export interface Phase {
  readonly name: string;
  readonly begin: number;
  readonly seconds: number;
  readonly endMiB: number;
  readonly peakMiB: number;
}

export interface WatchedRun {
  readonly seconds: number;
  /** The process's own high-water mark, git's and the server's highest sample. */
  readonly peakMiB: number;
  readonly gitPeakMiB: number;
  readonly serverPeakMiB: number;
  readonly phases: readonly Phase[];
  readonly samples: readonly Sample[];
}

export interface WatchOptions {
  readonly serverPid: number;
  readonly sampleZnodes?: () => Promise<number | undefined>;
  /** Gets every line of stderr, with its time. */
  readonly onLine?: (line: string, at: number) => void;
}

const everyMs = 100;
const keptLines = 50;

export async function watchProcess(
  [program, ...args]: readonly [string, ...string[]],
  { serverPid, sampleZnodes, onLine }: WatchOptions,
): Promise<WatchedRun> {
  const start = performance.now();
  const now = (): number => (performance.now() - start) / 1000;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const begins: { readonly name: string; readonly at: number }[] = [{ name: 'start', at: 0 }];
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    const at = now();
    onLine?.(line, at);
    const name = /^[\w-]+: ([a-z][a-z ]*)$/u.exec(line)?.[1];
    if (name !== undefined) begins.push({ name, at });
    if (lines.push(line) > keptLines) lines.shift();
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const samples: Sample[] = [];
  let peakMiB = Number.NaN;
  let sampling = false;
  const timer = setInterval(() => {
    if (sampling || child.pid === undefined) return;
    sampling = true;
    void sample(child.pid)
      .catch(() => undefined)
      .finally(() => (sampling = false));
  }, everyMs);
  const sample = async (pid: number): Promise<void> => {
    const at = now();
    const [status, git, server, znodes] = await Promise.all([
      statusOf(pid),
      childrenOf(pid),
      statusOf(serverPid),
      sampleZnodes?.(),
    ]);
    if (status === undefined) return;
    peakMiB = status.peakMiB;
    const serverMiB = server?.residentMiB ?? Number.NaN;
    samples.push({
      at,
      processMiB: status.residentMiB,
      gitMiB: git.residentMiB,
      gitCommands: git.commands,
      serverMiB,
      ...(znodes !== undefined && { znodes }),
    });
  };
  try {
    await once(child, 'exit');
    const seconds = now();
    const [code, signal] = await closed;
    if (code !== 0) {
      const command = [program, ...args].join(' ');
      throw new Error(
        `expected ${command} to end with 0, it ended with ${code ?? signal}:\n${lines.join('\n')}`,
      );
    }
    return {
      seconds,
      peakMiB,
      gitPeakMiB: highest(samples.map(({ gitMiB }) => gitMiB)),
      serverPeakMiB: highest(samples.map(({ serverMiB }) => serverMiB)),
      phases: phasesOf(begins.length > 1 ? begins : begunByGit(samples), seconds, samples),
      samples,
    };
  } finally {
    clearInterval(timer);
  }
}

function phasesOf(
  begins: readonly { readonly name: string; readonly at: number }[],
  end: number,
  samples: readonly Sample[],
): Phase[] {
  return begins.map(({ name, at: begin }, index) => {
    const until = begins[index + 1]?.at ?? end;
    const own = samples.filter(({ at }) => at >= begin && at < until).map(({ processMiB }) => processMiB);
    return { name, begin, seconds: until - begin, endMiB: own.at(-1) ?? Number.NaN, peakMiB: highest(own) };
  });
}

/** What git does longest in a sync, in its order. One that is earlier in it has not ended when the next begins. */
const workOfGit = ['fetch', 'ls-tree', 'cat-file'] as const;

/** A phase begins where git is first seen to do its part, and ends where that is seen last. */
function begunByGit(samples: readonly Sample[]): { readonly name: string; readonly at: number }[] {
  const begins = [{ name: 'start', at: 0 }];
  for (const name of workOfGit) {
    const seen = samples.filter(({ gitCommands }) => gitCommands.includes(name));
    const [first, last] = [seen[0], seen.at(-1)];
    if (first === undefined || last === undefined) continue;
    const at = Math.max(first.at, begins.at(-1)?.at ?? 0);
    if (last.at <= at) continue;
    begins.push({ name: `git ${name}`, at }, { name: `after git ${name}`, at: last.at });
  }
  return begins;
}

function highest(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : Math.max(...values);
}

async function statusOf(pid: number): Promise<{ residentMiB: number; peakMiB: number } | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [resident, peak] = ['VmRSS', 'VmHWM'].map(
    (field) => new RegExp(`${field}:\\s*(\\d+)`, 'u').exec(status)?.[1],
  );
  if (resident === undefined || peak === undefined) return undefined;
  return { residentMiB: Number(resident) / 1024, peakMiB: Number(peak) / 1024 };
}

/** All descendants of a process. */
async function childrenOf(pid: number): Promise<{ residentMiB: number; commands: string[] }> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const pids = listed
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
  const children = await Promise.all(
    pids.map(async (child) => {
      const [status, commandLine, below] = await Promise.all([
        statusOf(child),
        readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => ''),
        childrenOf(child),
      ]);
      const command = workOfGit.find((name) => commandLine.split('\0').includes(name));
      return {
        residentMiB: (status?.residentMiB ?? 0) + below.residentMiB,
        commands: [...(command === undefined ? [] : [command]), ...below.commands],
      };
    }),
  );
  return {
    residentMiB: children.reduce((sum, { residentMiB }) => sum + residentMiB, 0),
    commands: children.flatMap(({ commands }) => commands),
  };
}
