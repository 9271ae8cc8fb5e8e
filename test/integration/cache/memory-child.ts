/**
 * Gets a set of items of 1 KiB within small bounds of memory, and writes by how many bytes the process grew meanwhile, how many
 * items came, and whether it made the call. A process of its own, since only its growth is to be measured.
 */
import { setImmediate } from 'node:timers/promises';
import { bulkCache, type BulkCacheOptions } from '../../../src/cache/index.ts';
import { seededRandom } from '../../../harness/seeded-random.ts';

interface Row {
  readonly id: number;
  readonly text: string;
}

const pageSize = 500;

async function* pages(count: number): AsyncGenerator<readonly Row[], void, undefined> {
  const random = seededRandom(1);
  for (let made = 0; made < count; made += pageSize) {
    await setImmediate();
    yield Array.from({ length: pageSize }, () => {
      const id = Math.floor(random() * 1e9);
      return { id, text: String(id).repeat(200).slice(0, 1000) };
    });
  }
}

/** Ends the process. */
export async function getWithin(
  options: Pick<BulkCacheOptions<Row>, 'level2' | 'level1' | 'workingMemoryBytes'> & {
    readonly connect: string;
    readonly stateRoot: string;
  },
  count: number,
): Promise<void> {
  const cache = bulkCache<Row>({
    ...options,
    namespace: 'memory',
    pages: true,
    sort: (one, other) => one.id - other.id,
    clean: ({ id, text }) => ({ id, text }),
  });
  // What is compiled and allocated once is no growth.
  await read(`warm ${process.pid}`, pageSize * 4);
  const before = process.memoryUsage.rss();
  const came = await read('all', count);
  const peak = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`grew ${peak - before} came ${came} calls ${cache.counters.fills - 1}\n`);
  await cache.close();
  process.exit(0);

  async function read(key: string, items: number): Promise<string> {
    let [got, last] = [0, -1];
    for await (const { id } of cache.get(key, () => pages(items))) {
      if (id < last) return 'unsorted';
      last = id;
      got += 1;
    }
    return String(got);
  }
}
