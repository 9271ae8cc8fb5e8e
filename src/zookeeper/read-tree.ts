/**
 * Reads the znodes below a root in bulk: `sync` first, so that nothing older than this moment is read (F23), then
 * multiReads with a few in flight. What a znode's contents mean is left to the visitor.
 *
 * A znode that vanishes meanwhile is reported as missing; every other error fails the whole read. A read error is never
 * "empty" (F24): a plan made from it would delete.
 */
import { throwIfAborted } from '../model/errors.ts';
import type { OnProgress } from '../model/progress.ts';
import { joinPath, joinRelative } from '../model/znode-path.ts';
import type { Channel, ReadResult, Stat } from './operations.ts';
import { orAborted } from './or-aborted.ts';
import { ReadQueue, type QueuedRead } from './read-queue.ts';

export interface ReadOptions {
  /** Lengths of values that are already known, for the size of requests. */
  readonly sizeOf?: (relativePath: string) => number | undefined;
  /** How many znodes to expect, for progress. */
  readonly total?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** `data` is a view of a larger reply: copy what is kept. What it throws fails the read. */
  readonly visit: (relativePath: string, data: Buffer, stat: Stat) => void;
  /** A znode that is not there: never was, or has vanished, perhaps after it was visited. */
  readonly missing?: (relativePath: string) => void;
}

/** Enough to keep the server busy while we decode. */
const requestsInFlight = 4;
/** What a name takes in a listing, as a guess. */
const nameBytes = 32;

/** Visits the root znode ('') and everything below it, parents before children. False when there is no root znode. */
export async function readTree(channel: Channel, root: string, options: ReadOptions): Promise<boolean> {
  const queue = new ReadQueue();
  let exists = true;
  const data = (relative: string): QueuedRead => ({
    op: 'getData',
    relative,
    bytes: options.sizeOf?.(relative),
  });
  queue.push(data(''));
  await drain(channel, root, queue, options, ({ relative, op }, result) => {
    if (result.op === 'getChildren') {
      for (const name of result.children) queue.push(data(joinRelative(relative, name)));
    } else if (result.op === 'getData') {
      const { children } = result.stat;
      if (children > 0) queue.push({ op: 'getChildren', relative, bytes: children * nameBytes });
    } else if (relative === '' && op === 'getData') {
      exists = false;
    }
  });
  return exists;
}

/** Visits the given znodes, as far as they exist; nothing below them. */
export async function readZnodes(
  channel: Channel,
  root: string,
  relativePaths: Iterable<string>,
  options: ReadOptions,
): Promise<void> {
  const queue = new ReadQueue();
  for (const relative of relativePaths) {
    queue.push({ op: 'getData', relative, bytes: options.sizeOf?.(relative) });
  }
  await drain(channel, root, queue, options, () => undefined);
}

/** Sends requests until the queue is empty and everything is answered; `follow` may queue more. */
async function drain(
  channel: Channel,
  root: string,
  queue: ReadQueue,
  options: ReadOptions,
  follow: (read: QueuedRead, result: ReadResult) => void,
): Promise<void> {
  const { signal, onProgress, total = 0 } = options;
  throwIfAborted(signal);
  const wait = (promise: Promise<void>): Promise<void> =>
    signal === undefined ? promise : orAborted(promise, signal);
  const underWay = new Set<Promise<void>>();
  let visited = 0;
  let ended = false;
  const readBatch = async (batch: readonly QueuedRead[]): Promise<void> => {
    const reads = batch.map(({ op, relative }) => ({ op, path: joinPath(root, relative) }));
    const results = await channel.multiRead(reads);
    if (ended) return;
    for (const [index, read] of batch.entries()) {
      const result = results[index];
      if (result === undefined) throw new RangeError('a read without a result');
      if (result.op === 'getData') {
        queue.saw(result.data.length);
        options.visit(read.relative, result.data, result.stat);
        visited += 1;
      } else if (result.op === 'missing') {
        options.missing?.(read.relative);
      }
      follow(read, result);
    }
    onProgress?.({ phase: 'read', done: visited, total });
  };
  try {
    await wait(channel.sync(root));
    while (queue.length > 0 || underWay.size > 0) {
      while (queue.length > 0 && underWay.size < requestsInFlight) {
        const task = readBatch(queue.take()).finally(() => underWay.delete(task));
        underWay.add(task);
      }
      await wait(Promise.race(underWay));
    }
  } finally {
    ended = true; // answers that still come are for nobody
  }
}
