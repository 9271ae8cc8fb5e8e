/**
 * The main job on an ensemble that is far away: whole processes through the delaying proxy, for several round trips, which
 * take turns. The repository is in the cache and git is not delayed: what differs between two columns is the ensemble's
 * distance and nothing else.
 */
import { join } from 'node:path';
import { openChannel } from '../../src/zookeeper/channel/open-channel.ts';
import type { Channel } from '../../src/model/ports/channel.ts';
import { runProcess } from '../compare/run-process.ts';
import { summarize } from '../compare/statistics.ts';
import { deleteTree } from '../compare/walk-tree.ts';
import { fitLine, type Line } from './fit-line.ts';
import type { ScaleOptions } from './options.ts';
import { printTable } from './print-table.ts';
import { spawnDelayingProxy } from './proxy-process.ts';
import { importRepository, type ScaleRepository } from './scale-repository.ts';
import { startScaleServer } from './scale-server.ts';
import { plainFile, plainFiles, writeConfiguration } from './workload.ts';

const roundTrips = [0, 1, 5, 20] as const;
/** So far away that only round trips count. Enough of them pass while git fetches that a slope at 20 ms tells too few. */
const countingMs = 1000;
const countingFiles = 20;
const activities = ['load', 'verify', 'one', 'nothing'] as const;
type Activity = (typeof activities)[number];

const pings = 50;

export async function benchRoundTrips(options: ScaleOptions) {
  const { directory, rounds, say } = options;
  const files = options.files ?? (options.quick ? 10_000 : 100_000);
  // Each load and each push has a commit of its own to go to, as in life: the fetch brings it.
  const pushes = roundTrips.length * (rounds + 1);
  const repository = await importRepository(join(directory, 'round-trips.git'), [
    plainFiles(files),
    ...Array.from({ length: pushes }, (_, push) => [plainFile((push * 31) % files, push + 1)]),
  ]);
  const server = await startScaleServer();
  try {
    const channel = await openChannel({ connect: server.connect, auth: [], sessionTimeoutMs: 10_000 });
    const columns = await Promise.all(
      roundTrips.map(async (asked) => {
        const proxy = await spawnDelayingProxy(import.meta.url, {
          targetPort: server.port,
          roundTripMs: asked,
        });
        return { asked, proxy, measured: [] as number[], seconds: emptySeconds() };
      }),
    );
    try {
      let commit = 0;
      for (let round = 0; round <= rounds; round += 1) {
        for (const { asked, proxy, measured, seconds } of columns) {
          say(`round ${round} of ${rounds}, ${asked} ms`);
          const connect = `127.0.0.1:${proxy.port}`;
          const place = { ...options, repository, connect, commit, name: `far-${asked}-${round}` };
          const took = await measureOnce(place, channel);
          commit += 1;
          const roundTrip = await measureRoundTrip(connect);
          // The first round fills the cache, warms the server, and is not counted.
          if (round === 0) continue;
          measured.push(roundTrip);
          for (const activity of activities) seconds[activity].push(took[activity]);
        }
      }
    } finally {
      await Promise.all(columns.map(({ proxy }) => proxy.stop()));
      await channel.close();
    }
    say('counting round trips');
    const result = resultOf(files, rounds, columns, await countRoundTrips(options, server.port));
    print(result);
    return result;
  } finally {
    await server.stop();
  }
}

interface Place extends ScaleOptions {
  readonly repository: ScaleRepository;
  readonly connect: string;
  readonly commit: number;
  readonly name: string;
}

async function measureOnce(place: Place, channel: Channel): Promise<Record<Activity, number>> {
  const { command, directory, connect, repository, name } = place;
  const { url } = repository;
  const config = await writeConfiguration({ directory, name, connect, url, environments: { [name]: '.' } });
  const enclosure = async (...args: readonly string[]): Promise<number> =>
    (await runProcess([process.execPath, command, ...args, name, '--config', config])).seconds;
  // The commit is brought before, so that loading is loading.
  await enclosure('plan');
  const load = await enclosure('sync');
  const verify = await enclosure('verify');
  await repository.moveTo(place.commit + 1);
  const one = await enclosure('sync');
  const nothing = await enclosure('sync');
  await deleteTree(channel, `/${name}`);
  return { load, verify, one, nothing };
}

/** How many round trips each activity waits for, one after the other: on few files, where each of its parts is one request. */
async function countRoundTrips(options: ScaleOptions, targetPort: number): Promise<Record<Activity, number>> {
  const repository = await importRepository(join(options.directory, 'counting.git'), [
    plainFiles(countingFiles),
    ...[1, 2].map((version) => [plainFile(0, version)]),
  ]);
  const took: Record<Activity, number>[] = [];
  for (const [commit, roundTripMs] of [0, countingMs].entries()) {
    const proxy = await spawnDelayingProxy(import.meta.url, { targetPort, roundTripMs });
    const channel = await openChannel({
      connect: `127.0.0.1:${targetPort}`,
      auth: [],
      sessionTimeoutMs: 10_000,
    });
    try {
      const connect = `127.0.0.1:${proxy.port}`;
      const place = { ...options, repository, connect, commit, name: `counting-${roundTripMs}` };
      took.push(await measureOnce(place, channel));
    } finally {
      await Promise.all([proxy.stop(), channel.close()]);
    }
  }
  const [near, far] = took;
  return perActivity(
    (activity) => ((far?.[activity] ?? Number.NaN) - (near?.[activity] ?? Number.NaN)) / (countingMs / 1000),
  );
}

/** Milliseconds that a small read takes over a connection that is open: the median of many. */
async function measureRoundTrip(connect: string): Promise<number> {
  const channel = await openChannel({ connect, auth: [], sessionTimeoutMs: 10_000 });
  try {
    const samples: number[] = [];
    for (let ping = 0; ping < pings; ping += 1) {
      const begin = performance.now();
      await channel.getData('/zookeeper');
      samples.push(performance.now() - begin);
    }
    return summarize(samples)?.median ?? Number.NaN;
  } finally {
    await channel.close();
  }
}

interface Column {
  readonly asked: number;
  readonly measured: readonly number[];
  readonly seconds: Readonly<Record<Activity, readonly number[]>>;
}

function emptySeconds(): Record<Activity, number[]> {
  return { load: [], verify: [], one: [], nothing: [] };
}

function resultOf(
  files: number,
  rounds: number,
  measured: readonly Column[],
  inARow: Record<Activity, number>,
) {
  const columns = measured.map(({ asked, measured: samples, seconds }) => ({
    askedMs: asked,
    measuredMs: summarize(samples)?.median ?? Number.NaN,
    samples: seconds,
    medians: perActivity((activity) => summarize(seconds[activity])?.median ?? Number.NaN),
  }));
  // Round trips that are waited for and that nothing else hides.
  const lines = perActivity((activity) =>
    fitLine(columns.map(({ measuredMs, medians }) => [measuredMs / 1000, medians[activity]] as const)),
  );
  return { files, rounds, columns, lines, inARow };
}

function perActivity<T>(of: (activity: Activity) => T): Record<Activity, T> {
  return { load: of('load'), verify: of('verify'), one: of('one'), nothing: of('nothing') };
}

function print({ files, columns, lines, inARow }: ReturnType<typeof resultOf>): void {
  const titles: Readonly<Record<Activity, string>> = {
    load: `first load of ${files.toLocaleString('en')} files, the repository in the cache`,
    verify: '`verify`',
    one: 'one file changed',
    nothing: 'nothing changed',
  };
  const nearest = columns[0];
  printTable(
    [
      'what',
      ...columns.map(({ askedMs, measuredMs }) => `${askedMs} ms (${measuredMs.toFixed(2)})`),
      'slope, in round trips',
      `in a row, with ${countingFiles} files`,
    ],
    activities.map((activity) => [
      titles[activity],
      ...columns.map(({ medians }) => `${medians[activity].toFixed(2)} s`),
      describeLine(lines[activity]),
      inARow[activity].toFixed(1),
    ]),
  );
  printTable(
    ['share that is waiting', ...columns.map(({ askedMs }) => `${askedMs} ms`)],
    activities.map((activity) => [
      titles[activity],
      ...columns.map(({ medians }) => {
        const near = nearest?.medians[activity] ?? Number.NaN;
        return `${(100 * Math.max(0, 1 - near / medians[activity])).toFixed(0)} %`;
      }),
    ]),
  );
}

function describeLine({ slope, largestResidual }: Line): string {
  return `${slope.toFixed(1)} (off by ${(largestResidual * 1000).toFixed(0)} ms at most)`;
}
