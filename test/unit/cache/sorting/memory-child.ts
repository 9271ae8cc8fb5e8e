/**
 * Sorts items of 1 KiB that are made on the fly, and writes by how many bytes the process grew meanwhile, how many items came
 * out, and whether they were in order. A process of its own, since only its growth is to be measured.
 */
import { setImmediate } from 'node:timers/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSorter } from '../../../../src/cache/sorting/sorter.ts';
import { seededRandom } from '../../../../harness/seeded-random.ts';

interface Row {
  readonly key: string;
  readonly text: string;
}

const memoryBytes = 16 * 1024 * 1024;
/** Ten times as much. */
const count = 160 * 1024;

const random = seededRandom(1);
const digits = Array.from({ length: 1000 }, () => Math.floor(random() * 36).toString(36)).join('');
const makeRow = (): Row => {
  const at = Math.floor(random() * 900);
  return { key: random().toFixed(12), text: digits.slice(at) + digits.slice(0, at) };
};
const encode = (row: Row): Buffer => Buffer.from(JSON.stringify(row));
const decode = (bytes: Uint8Array): Row => JSON.parse(Buffer.from(bytes).toString()) as Row;

async function sortRows(rows: number, directory: string): Promise<string> {
  const { signal } = new AbortController();
  const sort = (a: Row, b: Row): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  const sorter = createSorter({
    codec: { encode, decode },
    sort,
    clean: (row: Row) => row,
    memoryBytes,
    directory,
    signal,
  });
  for (let made = 0; made < rows; made += 1) {
    const row = makeRow();
    const spilled = sorter.add(encode(row));
    if (spilled !== undefined) await spilled;
    else if (made % 100 === 0) await setImmediate();
  }
  let [came, inOrder, last] = [0, true, ''];
  for await (const batch of sorter.finish()) {
    for (const bytes of batch) {
      const { key } = decode(bytes);
      inOrder &&= key >= last;
      last = key;
      came += 1;
    }
  }
  return `${came} ${String(inOrder)}`;
}

const directory = await mkdtemp(join(tmpdir(), 'enclosure-sorting-'));
// What is compiled and allocated once is no growth.
await sortRows(2000, directory);
const before = process.memoryUsage.rss();
let peak = before;
const sampling = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const result = await sortRows(count, directory);
clearInterval(sampling);
await rm(directory, { recursive: true });
process.stdout.write(`grew ${peak - before} ${result}\n`);
