/**
 * What the bulk call cache costs and what it saves: processes of the built library, a ZooKeeper with its defaults, level 2 in a
 * temporary directory, and as the bulk call a paged HTTP API in a process of its own. Each figure stands beside what was asked.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startZooKeeper } from '../harness/zookeeper-server.ts';
import { startProcess, type Answer, type BenchProcess } from './bulk-cache/processes.ts';

const mebibyte = 1024 * 1024;
/** As an API over a network takes for a page. */
/** Of an API close by, of one far away, and of none that there is. */
const roundTripsMs = { near: 25, far: 100, none: 0 };
const asked = { calls: 1, firstItemMs: 50, overhead: 0.05 };

interface Place {
  readonly root: string;
  /** The built `dist/cache.js`. */
  readonly module: string;
  readonly connect: string;
  readonly directory: string;
  /** URLs of the API by how long it takes for a page. */
  readonly api: (delayMs: number) => Promise<string>;
  /** Starts a process that is ended with all others. */
  readonly caller: (options?: object) => Promise<BenchProcess>;
}

const measurements = { many, first, overhead, far, hits, memory };

/** @param wanted names of measurements; all where there is none */
export async function benchCache(root: string, module: string, wanted: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-bench-'));
  const server = await startZooKeeper({ properties: { 'zookeeper.forceSync': 'yes' } });
  const load = (): void => print('load of the machine', { figure: loadavg()[0]?.toFixed(2) ?? '' });
  load();
  print('', { figure: 'measured', limit: 'asked' });
  try {
    for (const [name, measure] of Object.entries(measurements)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const running: BenchProcess[] = [];
      const start = async (...what: Parameters<typeof startProcess>) => {
        const started = await startProcess(...what);
        running.push(started.process);
        return started;
      };
      try {
        await measure({
          root,
          module,
          connect: server.connect,
          directory,
          api: async (delayMs) => String((await start(root, 'api.mjs', [String(delayMs)])).said['url']),
          async caller(options = {}) {
            const level2 = { directory: join(directory, 'level2') };
            const all = { connect: server.connect, namespace: 'bench', level2, ...options };
            return (await start(root, 'caller.mjs', [module, JSON.stringify(all)])).process;
          },
        });
      } finally {
        await Promise.all(running.map((one) => one.end()));
      }
    }
    load();
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Many processes ask for one key at once. */
async function many({ caller, api }: Place): Promise<void> {
  const [processes, items] = [50, 1000];
  const url = await api(roundTripsMs.near);
  const callers: BenchProcess[] = [];
  for (let started = 0; started < processes; started += 1) callers.push(await caller());
  for (const one of callers) await one.ask({ do: 'connect', key: 'many' });
  const began = performance.now();
  const call = { do: 'consume', op: 'get', key: 'many', api: url, items, size: 500 };
  const answers = await Promise.all(callers.map((one) => one.ask(call)));
  const took = performance.now() - began;
  const calls = await callsOf(url, 'many');
  if (new Set(answers.map(({ count, ids }) => `${String(count)} ${String(ids)}`)).size !== 1) {
    throw new Error('the processes got different items');
  }
  print(`${processes} processes ask for one key at once: calls made`, {
    figure: String(calls),
    limit: String(asked.calls),
    holds: calls === asked.calls,
  });
  print(`until all of them have the ${items} items of 1 KiB`, { figure: `${took.toFixed(0)} ms` });
}

/** From the moment at which the call yields its first page to another process's first item. */
async function first({ caller, api }: Place): Promise<void> {
  const url = await api(roundTripsMs.near);
  const [filler, follower] = [await caller(), await caller()];
  const times: number[] = [];
  // The first ones warm both processes up.
  for (let key = -3; key < 30; key += 1) {
    const call = { do: 'consume', key: `first-${key}`, api: url, items: 2500, size: 500, held: true };
    const called = filler.tells('called');
    const filled = filler.ask({ ...call, op: 'get' });
    await called;
    const waits = follower.tells('waits');
    const streamed = follower.ask({ ...call, op: 'stream' });
    await waits;
    // It says that it waits before it reads along.
    await delay(100);
    filler.say({ do: 'go' });
    const [fill, stream] = await Promise.all([filled, streamed]);
    if (key >= 0) times.push(Number(stream['first']) - Number(fill['yielded']));
  }
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const ms = at(times, share);
    print(
      `from a call's first item to the first of a stream in another process, ${times.length} keys: ${name}`,
      {
        figure: `${ms.toFixed(1)} ms`,
        limit: `${asked.firstItemMs} ms`,
        holds: ms <= asked.firstItemMs,
      },
    );
  }
}

/** What the cache adds to the call for the one who makes it, who consumes it to the end. */
async function overhead(place: Place): Promise<void> {
  await overheadOf(place, [roundTripsMs.near, roundTripsMs.none], 5);
}

/** The same of a call that takes longer, which takes longer. */
async function far(place: Place): Promise<void> {
  await overheadOf(place, [roundTripsMs.far], 3);
}

async function overheadOf(place: Place, delaysMs: readonly number[], rounds: number): Promise<void> {
  for (const delayMs of delaysMs) {
    const url = await place.api(delayMs);
    const callers = {
      bare: await place.caller(),
      stream: await place.caller(),
      get: await place.caller(),
      roomy: await place.caller({
        workingMemoryBytes: 512 * mebibyte,
        level1: { memoryBytes: 512 * mebibyte },
      }),
    };
    const took: Record<string, Answer[]> = {};
    const middle = (name: string, figure: string): number => {
      return at(took[name]?.map((answer) => Number(answer[figure])) ?? [], 0.5);
    };
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, one] of Object.entries(callers)) {
        const op = name === 'roomy' ? 'get' : name;
        const key = `overhead-${delayMs}-${name}-${round}`;
        const call = { do: 'consume', op, key, api: url, items: 100_000, size: 500 };
        const answer = await one.ask(call);
        // What it clears up is not what the next one pays for. The first round warms everything up.
        await one.ask({ do: 'settled' });
        if (round > 0) (took[name] ??= []).push(answer);
      }
    }
    const what = delayMs === 0 ? 'an API that answers at once' : `an API of ${delayMs} ms a page`;
    print(`100,000 items of 1 KiB, 200 pages, ${what}: the bare call`, {
      figure: `${middle('bare', 'ms').toFixed(0)} ms, cpu ${middle('bare', 'cpuMs').toFixed(0)} ms`,
    });
    for (const [name, of] of [
      ['stream', 'stream'],
      ['get', 'get, sorted and cleaned'],
      ['roomy', 'get, with 512 MiB to work in and to keep'],
    ] as const) {
      const ratios =
        took[name]?.map(({ ms }, round) => Number(ms) / Number(took['bare']?.[round]?.['ms'])) ?? [];
      const more = at(ratios, 0.5) - 1;
      print(`  ${of}: more than that`, {
        figure: `${(more * 100).toFixed(1)} %, cpu ${middle(name, 'cpuMs').toFixed(0)} ms`,
        limit: `${asked.overhead * 100} %`,
        holds: more <= asked.overhead,
      });
      if (name === 'stream') continue;
      const [toPublish, toHandOut] = [middle(name, 'toPublish'), middle(name, 'toHandOut')];
      print('    from the end of the call to the published result, and until all is handed out', {
        figure: `${toPublish.toFixed(0)} ms, ${toHandOut.toFixed(0)} ms`,
      });
    }
  }
}

async function hits({ caller, api, directory }: Place): Promise<void> {
  const url = await api(0);
  const one = await caller({ level1: { directory: join(directory, 'level1') } });
  const call = { key: 'hits', api: url, items: 1000, size: 500 };
  await one.ask({ do: 'consume', op: 'get', ...call });
  await one.ask({ do: 'hits', times: 2000, ...call });
  const { took } = await one.ask({ do: 'hits', times: 10_000, ...call });
  print('a hit in memory, from asking to the first item: p50 and p99', {
    figure: `${at(took as number[], 0.5).toFixed(1)} µs, ${at(took as number[], 0.99).toFixed(1)} µs`,
  });
  for (const connected of [true, false]) {
    const fresh = await one.ask({ do: 'fromDirectory', times: 30, connected, ...call });
    const { disk } = fresh['hits'] as { readonly disk: number };
    if (disk !== 30) throw new Error(`${disk} of 30 came from the local directory`);
    const how = connected ? 'whose session is open' : 'that has to open its session';
    print(`1,000 items of 1 KiB from the local directory, a cache ${how}: p50`, {
      figure: `${at(fresh['took'] as number[], 0.5).toFixed(1)} ms`,
    });
  }
}

/** A set of ten times what may be held. */
async function memory({ caller, api }: Place): Promise<void> {
  const url = await api(0);
  const bound = { workingMemoryBytes: 16 * mebibyte, level1: { memoryBytes: 16 * mebibyte } };
  const [filler, follower] = [await caller(bound), await caller(bound)];
  // What is compiled and allocated once is no growth.
  for (const one of [filler, follower]) {
    await one.ask({ do: 'consume', op: 'get', key: `warm`, api: url, items: 2000, size: 500 });
  }
  const call = { do: 'consume', op: 'get', key: 'memory', api: url, items: 160 * 1024, size: 500 };
  for (const [name, one] of Object.entries({ filler, follower })) {
    const { peak } = await one.ask(call);
    print(
      `160 MiB within 16 MiB to work in and 16 MiB to keep: peak memory of the ${name}, more than before`,
      {
        figure: `${(Number(peak) / mebibyte).toFixed(0)} MiB`,
      },
    );
  }
}

async function callsOf(url: string, key: string): Promise<number> {
  return Number(await (await fetch(`${url}/calls?key=${key}`)).text());
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function print(
  what: string,
  {
    figure,
    limit = '',
    holds = true,
  }: { readonly figure: string; readonly limit?: string; readonly holds?: boolean },
): void {
  process.stdout.write(`${what.padEnd(92)} ${figure.padEnd(26)} ${limit}${holds ? '' : '  MISSED'}\n`);
}
