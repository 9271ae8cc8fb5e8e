/** Reads every znode below a root, level by level, and deletes such a tree. For looking at what a contestant left behind. */
import type { Channel, Read, ReadResult, Stat } from '../../src/model/ports/channel.ts';

export type Visit = (relativePath: string, data: Buffer, stat: Stat) => void;

const readsPerRequest = 200;
const deletesPerTransaction = 500;
const inFlight = 4;

/** The root has the path ''. False where there is none. */
export async function walkTree(channel: Channel, root: string, visit: Visit): Promise<boolean> {
  await channel.sync(root);
  let level = [''];
  let exists = false;
  while (level.length > 0) {
    const parents: string[] = [];
    await readAll(channel, root, 'getData', level, (relative, result) => {
      if (result.op !== 'getData') return;
      exists = true;
      visit(relative, result.data, result.stat);
      if (result.stat.children > 0) parents.push(relative);
    });
    const next: string[] = [];
    await readAll(channel, root, 'getChildren', parents, (relative, result) => {
      if (result.op !== 'getChildren') return;
      for (const name of result.children) next.push(relative === '' ? name : `${relative}/${name}`);
    });
    level = next;
  }
  return exists;
}

/** Deletes a root and everything below it, where it is there. */
export async function deleteTree(channel: Channel, root: string): Promise<void> {
  const paths: string[] = [];
  await walkTree(channel, root, (relative) => paths.push(absolute(root, relative)));
  const transactions = chunks(paths.toReversed(), deletesPerTransaction);
  await eachInFlight(transactions, async (batch) => {
    await channel.multi(batch.map((path) => ({ op: 'delete', path, version: -1 })));
  });
}

async function readAll(
  channel: Channel,
  root: string,
  op: Read['op'],
  relativePaths: readonly string[],
  take: (relativePath: string, result: ReadResult) => void,
): Promise<void> {
  await eachInFlight(chunks(relativePaths, readsPerRequest), async (batch) => {
    const results = await channel.multiRead(
      batch.map((relative) => ({ op, path: absolute(root, relative) })),
    );
    for (const [index, relative] of batch.entries()) {
      const result = results[index];
      if (result !== undefined) take(relative, result);
    }
  });
}

/** Begins them in order, a few at a time. */
async function eachInFlight<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const next = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: inFlight }, next));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const all: T[][] = [];
  for (let index = 0; index < items.length; index += size) all.push(items.slice(index, index + size));
  return all;
}

function absolute(root: string, relative: string): string {
  return relative === '' ? root : `${root}/${relative}`;
}
