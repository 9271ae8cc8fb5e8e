/**
 * A million znodes in one environment: how long each phase takes, how memory and speed develop, of the process and of the
 * server. Once, because it is about shape and limits; what is compared, is compared elsewhere.
 */
import { join } from 'node:path';
import { printTable } from './print-table.ts';
import { importRepository } from './scale-repository.ts';
import { defaultHeapMiB, liveHeapMiB, nodeCount, startScaleServer, timeRestart } from './scale-server.ts';
import { watchProcess, type WatchedRun } from './watch-process.ts';
import { filesPerDirectory, plainFile, plainFiles, writeConfiguration } from './workload.ts';
import type { ScaleOptions } from './options.ts';

export async function benchMillion({ command, directory, files, quick, heapMiB, say }: ScaleOptions) {
  const count = files ?? (quick ? 100_000 : 1_000_000);
  say(`making a repository of ${count.toLocaleString('en')} files`);
  const repository = await importRepository(join(directory, 'million.git'), [
    plainFiles(count),
    [plainFile(Math.floor(count / 2), 1)],
  ]);
  const heap = heapMiB ?? defaultHeapMiB;
  const server = await startScaleServer(heap);
  try {
    const { url } = repository;
    const config = await writeConfiguration({
      directory,
      name: 'million',
      connect: server.connect,
      url,
      environments: { million: '.' },
    });
    const run = async (what: string, ...args: string[]): Promise<{ what: string } & WatchedRun> => {
      say(what);
      const watched = await watchProcess([process.execPath, command, ...args, '--config', config], {
        serverPid: server.pid,
        sampleZnodes: () => nodeCount(server),
      });
      return { what, ...watched };
    };
    const emptyMiB = await liveHeapMiB(server);
    const runs = [
      await run('first load, cloning the repository', 'sync', 'million'),
      await run('verify', 'verify', 'million', '--verbose'),
    ];
    await repository.moveTo(1);
    runs.push(await run('one file changed', 'sync', 'million'));
    runs.push(await run('nothing changed', 'sync', 'million'));
    const result = {
      files: count,
      filesPerDirectory,
      serverHeapMiB: heap,
      znodes: (await nodeCount(server)) ?? null,
      liveHeapMiB: { empty: emptyMiB ?? null, loaded: (await liveHeapMiB(server)) ?? null },
      restartSeconds: await timeRestart(server, heap),
      runs,
    };
    print(result);
    return result;
  } finally {
    await server.stop();
  }
}

type MillionResult = Awaited<ReturnType<typeof benchMillion>>;

function print({ runs, znodes, serverHeapMiB, liveHeapMiB: heap, restartSeconds }: MillionResult): void {
  const live = heap.loaded === null ? '' : `, of which ${heap.loaded.toFixed(0)} MiB are in use`;
  process.stdout.write(
    `${znodes?.toLocaleString('en') ?? 'unknown'} znodes in a server with a heap of ${serverHeapMiB} MiB${live}; killed and started again, it took sessions after ${restartSeconds.toFixed(1)} s\n\n`,
  );
  printTable(
    ['what', 'time', 'peak of the process', 'of its git', 'server'],
    runs.map((run) => [
      run.what,
      `${run.seconds.toFixed(1)} s`,
      mebibytes(run.peakMiB),
      mebibytes(run.gitPeakMiB),
      mebibytes(run.serverPeakMiB),
    ]),
  );
  for (const run of runs.slice(0, 2)) {
    process.stdout.write(`${run.what}, by phase:\n\n`);
    printTable(
      ['phase', 'begins at', 'takes', 'memory at its end', 'peak in it'],
      run.phases.map((phase) => [
        phase.name,
        `${phase.begin.toFixed(2)} s`,
        `${phase.seconds.toFixed(2)} s`,
        mebibytes(phase.endMiB),
        mebibytes(phase.peakMiB),
      ]),
    );
  }
  const [load] = runs;
  if (load === undefined) return;
  process.stdout.write('while writing, by tenths of the znodes:\n\n');
  printTable(
    ['znodes', 'at', 'znodes/s', 'process', 'server'],
    tenths(load).map(({ at, znodes: written, perSecond, processMiB, serverMiB }) => [
      written.toLocaleString('en'),
      `${at.toFixed(1)} s`,
      Math.round(perSecond).toLocaleString('en'),
      mebibytes(processMiB),
      mebibytes(serverMiB),
    ]),
  );
}

/** The samples at which another tenth was there, with the speed between them. */
function tenths({ samples }: WatchedRun) {
  const counted = samples.filter((sample) => sample.znodes !== undefined);
  const last = counted.at(-1)?.znodes ?? 0;
  const picked: { at: number; znodes: number; perSecond: number; processMiB: number; serverMiB: number }[] =
    [];
  let before = counted[0];
  for (const sample of counted) {
    const { at, znodes = 0, processMiB, serverMiB } = sample;
    const { at: since = 0, znodes: from = 0 } = before ?? {};
    // Before the writing begins, the time of the last empty sample is what counts.
    if (picked.length === 0 && znodes - from < 100) before = sample;
    else if (znodes - from >= last / 10) {
      picked.push({ at, znodes, perSecond: (znodes - from) / (at - since), processMiB, serverMiB });
      before = sample;
    }
  }
  return picked;
}

function mebibytes(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : `${value.toFixed(0)} MiB`;
}
