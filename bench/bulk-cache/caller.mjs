/**
 * A process that uses the cache, or makes the call without one, for bench/bulk-cache.ts: told what to do by lines of JSON, tells
 * what it measured by lines of JSON, and ends with its input. Times that are compared between processes are those of
 * `performance.timeOrigin`, one clock for all processes of a machine.
 *
 *   node bench/bulk-cache/caller.mjs MODULE OPTIONS    MODULE: the built dist/cache.js
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { bulkCache } = await import(pathToFileURL(process.argv[2]).href);
const { unsorted = false, ...options } = JSON.parse(process.argv[3]);

const now = () => performance.timeOrigin + performance.now();
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

/** Of the last call: its first page was handed out, it ended, its result was published. */
let moments = {};

function open() {
  return bulkCache({
    ...options,
    pages: true,
    ...(!unsorted && {
      sort: (one, other) => one.id - other.id,
      clean: (item) => (item.id % 100 === 99 ? undefined : item),
    }),
    onEvent({ type }) {
      if (type === 'wait') tell({ waits: true });
      if (type === 'filled') moments.published = now();
    },
  });
}
const cache = open();

/** With `held`, the first page is handed out some time after somebody has said that they read along. */
async function* pagesOf({ api, key, items, size, held = false }, signal) {
  moments = {};
  if (held) {
    tell({ called: true });
    await goOn;
  }
  for (let page = 0; page !== null;) {
    const answer = await fetch(`${api}/?key=${key}&items=${items}&size=${size}&page=${page}`, { signal });
    const got = await answer.json();
    moments.yielded ??= now();
    yield got.items;
    page = got.next;
  }
  moments.ended = now();
}

async function* bare(call) {
  for await (const page of pagesOf(call)) yield* page;
}

let letGo;
let goOn;
const callTo = (using, op, call) =>
  op === 'bare' ? bare(call) : using[op](call.key, (signal) => pagesOf(call, signal));

const operations = {
  /** The cache's session is open afterwards. */
  async connect({ key }) {
    await cache.state(key);
    return {};
  },
  /** Every item is looked at: what is only handed on costs less. */
  async consume({ op, ...call }) {
    goOn = new Promise((resolve) => (letGo = resolve));
    const before = { rss: process.memoryUsage.rss(), cpu: process.cpuUsage() };
    const began = now();
    let [count, ids, first] = [0, 0, undefined];
    for await (const item of callTo(cache, op, call)) {
      first ??= now();
      count += 1;
      ids += item.id;
    }
    const done = now();
    const { user, system } = process.cpuUsage(before.cpu);
    const peak = process.resourceUsage().maxRSS * 1024 - before.rss;
    const { yielded, ended: called, published } = moments;
    const parts = { toPublish: published - called, toHandOut: done - published };
    return { ms: done - began, cpuMs: (user + system) / 1000, first, yielded, ...parts, count, ids, peak };
  },
  settled: () => cache.settled().then(() => ({})),
  /** From asking to the first item, in microseconds; the result is in memory. */
  async hits({ times, ...call }) {
    const took = [];
    for (let time = 0; time < times; time += 1) {
      const began = performance.now();
      const items = callTo(cache, 'get', call);
      await items.next();
      took.push((performance.now() - began) * 1000);
      await items.return();
      if (time % 100 === 0) await delay(0);
    }
    return { took, hits: cache.counters.hits };
  },
  /** A cache of its own each time, on the same local directory: from asking to the last item, in milliseconds. */
  async fromDirectory({ times, connected, ...call }) {
    const took = [];
    let disk = 0;
    for (let time = 0; time < times; time += 1) {
      const fresh = open();
      if (connected) await fresh.state(call.key);
      const began = performance.now();
      let count = 0;
      for await (const { id } of callTo(fresh, 'get', call)) count += Number(id >= 0);
      took.push(performance.now() - began);
      disk += fresh.counters.hits.disk;
      await fresh.close();
      if (count === 0) throw new Error('nothing came from the local directory');
    }
    return { took, hits: { disk } };
  },
};

tell({ ready: true });
const lines = createInterface(process.stdin);
lines.on('line', (line) => {
  const { id, do: what, ...rest } = JSON.parse(line);
  if (what === 'go') return letGo();
  operations[what](rest).then(
    (answer) => tell({ id, ...answer }),
    (error) => tell({ id, error: `${error.message} ${error.cause?.message ?? ''}` }),
  );
});
await once(lines, 'close');
await cache.close();
process.exit(0);
