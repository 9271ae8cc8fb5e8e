/** `npm run bench`: makes what it measures on, waits for a quiet machine, measures round by round, says what came of it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { wantsColour } from '../src/config/process-environment.ts';
import { openChannel } from '../src/zookeeper/channel/open-channel.ts';
import { findDistribution } from '../scripts/setup/zookeeper-distribution.mjs';
import { whenWeDie } from '../harness/when-we-die.ts';
import { drawChart } from './compare/chart.ts';
import { cpuSampler } from './compare/cpu-times.ts';
import { describeEnclosure, describeMachine, describeServer } from './compare/machine.ts';
import { help, parseCompareOptions, type CompareOptions } from './compare/options.ts';
import { waitUntilQuiet } from './compare/quiet.ts';
import { Recorder } from './compare/recorder.ts';
import { renderResult } from './compare/report.ts';
import { exitCodeOf, makeResult, parseResult, type BenchResult } from './compare/result.ts';
import { runRounds } from './compare/rounds.ts';
import { startBenchServer } from './compare/server.ts';
import { Stage } from './compare/stage.ts';

export { help, parseCompareOptions };

/** @returns the exit code: 1 where a tree could not be verified */
export async function benchCompare(root: string, options: CompareOptions): Promise<number> {
  const result = await measureAll(root, options);
  const json = `${JSON.stringify(result, undefined, 2)}\n`;
  const tableTo = options.json ? process.stderr : process.stdout;
  tableTo.write(renderResult(result, wantsColour(process.env, tableTo.isTTY)));
  if (options.json) process.stdout.write(json);
  if (options.out !== undefined) await writeInto(options.out, json);
  if (options.chart !== undefined && result.noRatios === null) {
    await writeInto(options.chart, await drawChart(result));
  }
  return exitCodeOf(result);
}

/** Draws a result that lies in a file. */
export async function chartFromFile([from, to, ...rest]: readonly string[]): Promise<void> {
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new Error('expected: npm run bench -- chart RESULT.json FILE.svg');
  }
  await writeInto(to, await drawChart(parseResult(await readFile(from, 'utf8'))));
}

async function measureAll(root: string, { mode, rounds }: CompareOptions): Promise<BenchResult> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const date = new Date().toISOString();
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-bench-'));
  const calledOff = whenWeDie(['true'], directory);
  const server = await startBenchServer();
  const channel = await openChannel({ connect: server.connect, auth: [], sessionTimeoutMs: 30_000 });
  try {
    const sampleCpu = cpuSampler(server.pid);
    const cores = cpus().length;
    const noRatios = reasonForNone(await sampleCpu());
    const recorder = new Recorder();
    const waits = noRatios === undefined;
    const stage = new Stage({ connect: server.connect, channel, sampleCpu, cores, waits, say }, recorder);
    const quiet = (): Promise<boolean> => waitUntilQuiet(sampleCpu, { cores, say });
    const { remarks, wasQuiet } = await runRounds(stage, { root, directory, mode, rounds, quiet });
    const absent =
      noRatios ?? (wasQuiet ? undefined : 'the machine was busy for five minutes before the start');
    return makeResult(
      {
        date,
        mode,
        rounds,
        machine: describeMachine(),
        enclosure: describeEnclosure(root),
        server: describeServer(),
        remarks,
      },
      {
        rows: recorder.rows,
        findings: recorder.findings,
        ...(absent !== undefined && { noRatios: absent }),
      },
    );
  } finally {
    await channel.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    calledOff();
  }
}

/** What is known before the first measurement to rule every comparison out. */
function reasonForNone(cpu: object | undefined): string | undefined {
  if ((process.env['ENCLOSURE_BENCH_BUSY'] ?? '') !== '') {
    return 'ENCLOSURE_BENCH_BUSY says that the machine is busy';
  }
  if (findDistribution()?.signal !== undefined) {
    return 'ZooKeeper runs in Docker, where its work cannot be told from that of other processes';
  }
  return cpu === undefined
    ? 'this system has no /proc that tells of other processes, so it cannot be known whether the machine was quiet'
    : undefined;
}

async function writeInto(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
