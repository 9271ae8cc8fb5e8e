/**
 * A process that uses the cache, told what to do by lines of JSON on its standard input, and telling what it sees by lines of
 * JSON on its standard output. Its bulk call is the paged HTTP API of harness/paged-api.ts; sorted by id, without the
 * ids that end in 7.
 *
 *   node test/e2e/cache/caller.mjs '{ "connect": ..., "stateRoot": ..., "level2": {...}, "api": ..., ... }'
 *
 * With `"dieBefore": N` it kills itself before the Nth time that it writes to a socket or works on the disk, counted from its
 * first command.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { createInterface } from 'node:readline';

const { api, dieBefore = Infinity, ...options } = JSON.parse(process.argv[2]);

let operations = -Infinity;
const count = (where) => {
  // What it tells is no operation.
  if (where === process.stdout) return;
  operations += 1;
  if (operations === dieBefore) process.kill(process.pid, 'SIGKILL');
};
const counted = (holder, name) => {
  const original = holder[name];
  holder[name] = function (...args) {
    count(this);
    return original.apply(this, args);
  };
};
if (dieBefore !== Infinity) {
  for (const name of ['writeFile', 'rename', 'open', 'mkdir', 'readFile', 'unlink', 'rm', 'readdir'])
    counted(fs, name);
  syncBuiltinESMExports();
  counted(net.Socket.prototype, 'write');
}
const { bulkCache, isEnclosureError } = await import('enclosure/cache');

const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const cache = bulkCache({
  ...options,
  pages: true,
  sort: (one, other) => one.id - other.id,
  clean: (item) => (item.id % 10 === 7 ? undefined : item),
  onEvent: (event) => tell({ event: event.type, ...event, error: event.error?.code }),
});

async function* fill(key, signal) {
  for (let page = 0; page !== null;) {
    const answer = await fetch(`${api}/?key=${encodeURIComponent(key)}&page=${page}`, { signal });
    if (!answer.ok) throw new Error(`the API answered ${answer.status}`);
    const { items, next } = await answer.json();
    yield items;
    page = next;
  }
}

async function obey({ id, op, key, deadline, each = false }) {
  try {
    if (op === 'state') return tell({ id, state: await cache.state(key) });
    if (op === 'invalidate') return tell({ id, generation: await cache.invalidate(key) });
    if (op === 'counters') return tell({ id, counters: cache.counters });
    if (op === 'settled') return tell({ id, settled: await cache.settled() });
    const hash = createHash('sha256');
    const ids = [];
    for await (const item of cache[op](key, (signal) => fill(key, signal), { deadline })) {
      if (ids.length === 0) tell({ id, first: item.id });
      hash.update(`${JSON.stringify(item)}\n`);
      ids.push(item.id);
      if (each) tell({ id, item: item.id });
    }
    const all = createHash('sha256')
      .update(ids.toSorted((one, other) => one - other).join())
      .digest('hex');
    return tell({ id, count: ids.length, digest: hash.digest('hex'), all });
  } catch (error) {
    if (!isEnclosureError(error)) process.stderr.write(`${error.stack}\n`);
    return tell({ id, error: error.code ?? error.name, message: error.message });
  }
}

operations = 0;
tell({ ready: process.pid });
for await (const line of createInterface(process.stdin)) void obey(JSON.parse(line));
await cache.close();
process.exit(0);
