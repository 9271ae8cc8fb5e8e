/** Runs a program to its end and measures it: from its start to its end, start-up included. Fails with what it wrote to stderr. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

export interface ProcessRun {
  readonly seconds: number;
  /** Of the process itself, as Linux tells shortly before its end; absent elsewhere, or where it was not asked for. */
  readonly peakMiB?: number;
  readonly stderr: string;
}

const keptOutput = 64 * 1024;

export async function runProcess(
  [program, ...args]: readonly [string, ...string[]],
  { watchMemory = false } = {},
): Promise<ProcessRun> {
  const start = process.hrtime.bigint();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (stderr = (stderr + text).slice(-keptOutput)));
  // The end of the process counts; its pipes may stay open a little longer.
  let seconds = 0;
  child.once('exit', () => (seconds = Number(process.hrtime.bigint() - start) / 1e9));
  let peakMiB: number | undefined;
  const timer = watchMemory
    ? setInterval(() => {
        void peakOf(child.pid).then((peak) => (peakMiB = peak ?? peakMiB));
      }, 10)
    : undefined;
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (code !== 0) {
      const command = [program, ...args].join(' ');
      throw new Error(
        `expected ${command} to end with 0, it ended with ${code ?? signal}:\n${stderr.trimEnd()}`,
      );
    }
    return { seconds, stderr, ...(peakMiB !== undefined && { peakMiB }) };
  } finally {
    clearInterval(timer);
  }
}

async function peakOf(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kiB = /VmHWM:\s+(\d+)/u.exec(status)?.[1];
  return kiB === undefined ? undefined : Number(kiB) / 1024;
}
