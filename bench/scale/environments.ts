/**
 * A thousand environments of one repository in one configuration: what it costs to bring all of them up to date, one after
 * the other as `sync --all` does, and eight at a time as `serve` does; what is kept of them in ZooKeeper; and what a push
 * costs that concerns all of them.
 */
import { join } from 'node:path';
import { openEnclosure } from '../../src/cli/open-enclosure.ts';
import { summarize } from '../compare/statistics.ts';
import { measurePush } from './push-to-all.ts';
import { printTable } from './print-table.ts';
import { reconcileAll } from './reconcile-all.ts';
import { importRepository } from './scale-repository.ts';
import { nodeCount, startScaleServer } from './scale-server.ts';
import { watchProcess } from './watch-process.ts';
import {
  environmentFile,
  environmentFiles,
  environmentName,
  filesPerDirectory,
  writeConfiguration,
} from './workload.ts';
import type { ScaleOptions } from './options.ts';

/** How many of the first and the last are compared: does the thousandth cost more than the first? */
const edge = 50;

export async function benchEnvironments({ command, directory, quick, environments, say }: ScaleOptions) {
  const count = environments ?? (quick ? 100 : 1_000);
  const repository = await importRepository(join(directory, 'environments.git'), [
    environmentFiles(count, 0),
    [environmentFile(Math.floor(count / 2), 0, 1)],
    environmentFiles(count, 2),
    environmentFiles(count, 3),
  ]);
  const server = await startScaleServer();
  try {
    const names = Array.from({ length: count }, (_, index) => environmentName(index));
    const { connect } = server;
    const { url } = repository;
    const config = await writeConfiguration({
      directory,
      name: 'environments',
      connect,
      url,
      environments: Object.fromEntries(names.map((name) => [name, name])),
    });
    const run = async (what: string, ...flags: string[]) => {
      say(what);
      const begins: number[] = [];
      const watched = await watchProcess(
        [process.execPath, command, 'sync', '--all', ...flags, '--verbose', '--config', config],
        { serverPid: server.pid, onLine: (line, at) => line.endsWith(': connecting') && begins.push(at) },
      );
      const times = [...begins, watched.seconds].flatMap((at, index, all) =>
        index === 0 ? [] : [1000 * (at - (all[index - 1] ?? 0))],
      );
      const { seconds, peakMiB, serverPeakMiB } = watched;
      return {
        what,
        seconds,
        peakMiB,
        serverPeakMiB,
        medianMs: summarize(times)?.median ?? Number.NaN,
        firstMs: summarize(times.slice(0, edge))?.median ?? Number.NaN,
        lastMs: summarize(times.slice(-edge))?.median ?? Number.NaN,
      };
    };

    const empty = (await nodeCount(server)) ?? Number.NaN;
    const runs = [await run('first time')];
    const first = (await nodeCount(server)) ?? Number.NaN;
    const trees = count * (filesPerDirectory + 1);
    runs.push(await run('nothing changed'), await run('nothing changed, read in full', '--full'));
    await repository.moveTo(1);
    runs.push(await run('a push that changed one environment'));
    await repository.moveTo(2);
    runs.push(await run('a push that changed every file of all'));
    const last = (await nodeCount(server)) ?? Number.NaN;

    const opened = await openEnclosure(config);
    const reconciles = [];
    for (const concurrency of [1, 8]) {
      say(`reconcile in one process, ${concurrency} at a time`);
      reconciles.push({ concurrency, ...(await reconcileAll(opened, concurrency)) });
    }
    const result = {
      environments: count,
      filesEach: filesPerDirectory,
      bookkeeping: { first: first - empty - trees, last: last - empty - trees },
      runs,
      reconciles,
      push: await measurePush(opened.configuration),
    };
    print(result);
    return result;
  } finally {
    await server.stop();
  }
}

function print(result: Awaited<ReturnType<typeof benchEnvironments>>): void {
  const { environments, runs, reconciles, bookkeeping, push } = result;
  printTable(
    ['`sync --all`', 'time', 'each', `of the first ${edge}`, `of the last ${edge}`, 'peak memory', 'server'],
    runs.map((run) => [
      run.what,
      `${run.seconds.toFixed(1)} s`,
      ...[run.medianMs, run.firstMs, run.lastMs].map((ms) => `${ms.toFixed(1)} ms`),
      `${run.peakMiB.toFixed(0)} MiB`,
      `${run.serverPeakMiB.toFixed(0)} MiB`,
    ]),
  );
  printTable(
    ['reconcile in a warm process', 'time', 'each', 'failed'],
    reconciles.map(({ concurrency, seconds, failed }) => [
      `${concurrency} at a time`,
      `${seconds.toFixed(1)} s`,
      `${((1000 * seconds) / environments).toFixed(1)} ms`,
      String(failed),
    ]),
  );
  printTable(
    ['a push for all of them', 'figure'],
    [
      ['messages', String(push.messages)],
      ['requests to SQS, one after the other', String(push.sqsRequests)],
      ['bytes of the messages', push.bytes.toLocaleString('en')],
      ['the queue of `serve`, empty', push.inProcess.empty],
      ['the queue of `serve`, while a reconcile waits in it', push.inProcess.behindReconcile],
      ['znodes of bookkeeping after the first revision, each', (bookkeeping.first / environments).toFixed(2)],
      ['the same after two', (bookkeeping.last / environments).toFixed(2)],
    ],
  );
}
