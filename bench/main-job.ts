/**
 * How long the main job takes and how much memory, as an operator would see it: whole processes of the built command,
 * start-up included, against a ZooKeeper with its defaults. Medians of three rounds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startZooKeeper } from '../test/harness/zookeeper-server.ts';
import { makeRepository, type BenchRepository } from './make-repository.ts';

const rounds = 3;

interface Run {
  readonly seconds: number;
  readonly peakMiB: number;
}

export async function benchMainJob(root: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-bench-'));
  // The harness trades durability for speed; a benchmark takes the server as it comes.
  const server = await startZooKeeper({ properties: { 'zookeeper.forceSync': 'yes' } });
  try {
    const small = await makeRepository(join(directory, 'small.git'), 1000);
    const large = await makeRepository(join(directory, 'large.git'), 100_000);
    const results = new Map<string, Run[]>();
    const note = (what: string, run: Run): unknown => results.set(what, [...(results.get(what) ?? []), run]);
    for (let round = 0; round <= rounds; round += 1) {
      // The first round warms the server and is not counted.
      const record = round === 0 ? (): void => undefined : note;
      await measureRound(
        join(root, 'dist', 'enclosure.js'),
        directory,
        server.connect,
        { small, large },
        round,
        record,
      );
    }
    for (const [what, runs] of results) {
      const seconds = median(runs.map((run) => run.seconds)).toFixed(2);
      const peak = median(runs.map((run) => run.peakMiB)).toFixed(0);
      process.stdout.write(`${what.padEnd(58)} ${seconds} s  ${peak} MiB\n`);
    }
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureRound(
  command: string,
  directory: string,
  connect: string,
  { small, large }: { readonly small: BenchRepository; readonly large: BenchRepository },
  round: number,
  note: (what: string, run: Run) => unknown,
): Promise<void> {
  const cache = join(directory, `cache-${round}`);
  const configure = (name: string, repository: BenchRepository): Promise<string> =>
    writeConfiguration(directory, { name: `${name}-${round}`, cache, connect, url: repository.url });
  const [first, second, little] = [
    await configure('first', large),
    await configure('second', large),
    await configure('little', small),
  ];
  const enclosure = (...args: string[]): Promise<Run> => measure(process.execPath, [command, ...args]);
  small.reset();
  large.reset();
  note(
    'load 100,000 files, cloning the repository',
    await enclosure('sync', `first-${round}`, '--config', first),
  );
  note(
    'load 100,000 files, repository in the cache',
    await enclosure('sync', `second-${round}`, '--config', second),
  );
  note('verify 105,001 znodes', await enclosure('verify', `first-${round}`, '--config', first));
  await enclosure('sync', `little-${round}`, '--config', little);
  large.changeOneFile();
  small.changeOneFile();
  note('push that changes one file of 100,000', await enclosure('sync', `first-${round}`, '--config', first));
  note('push that changes one file of 1,000', await enclosure('sync', `little-${round}`, '--config', little));
}

async function writeConfiguration(
  directory: string,
  {
    name,
    cache,
    connect,
    url,
  }: { readonly name: string; readonly cache: string; readonly connect: string; readonly url: string },
): Promise<string> {
  const path = join(directory, `${name}.yaml`);
  const configuration = {
    version: 1,
    cacheDirectory: cache,
    allowLocalRepositories: true,
    ensembles: { main: { connect } },
    repositories: { config: { url, provider: 'github' } },
    environments: {
      [name]: { repository: 'config', branch: 'main', directory: '.', ensemble: 'main', znode: `/${name}` },
    },
  };
  // JSON is YAML.
  await writeFile(path, JSON.stringify(configuration));
  return path;
}

/** Runs a process to its end. The peak is what Linux says shortly before it, elsewhere not a number. */
async function measure(command: string, args: readonly string[]): Promise<Run> {
  const start = process.hrtime.bigint();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakMiB = Number.NaN;
  const timer = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, 'utf8')
      .then(
        (status) => (peakMiB = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024 || peakMiB),
      )
      .catch(() => undefined);
  }, 10);
  const [code] = (await once(child, 'exit')) as [number | null];
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return { seconds, peakMiB };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
