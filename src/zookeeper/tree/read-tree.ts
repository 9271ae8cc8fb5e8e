/**
 * Reads the znodes below a root in bulk: `sync` first, so that nothing older than this moment is read (F23), then
 * multiReads with a few in flight. What a znode's contents mean is left to the visitor.
 *
 * A znode that vanishes meanwhile is reported as missing; every other error fails the whole read. A read error is never
 * "empty" (F24): a plan made from it would delete.
 */
import { throwIfAborted } from '../../base/enclosure-error.ts';
import type { OnProgress } from '../../model/progress.ts';
import { joinPath, joinRelative } from '../../model/znode-path.ts';
import type { Channel, ReadResult, Stat } from '../../model/ports/channel.ts';
import { orAborted } from '../../base/or-aborted.ts';
import { ReadQueue, type QueuedRead } from './read-queue.ts';

/** @typeParam E what is known of a znode before it is read */
export interface ReadOptions<E = unknown> {
  /** Looked up once a znode: in a large tree that is a good part of what reading it costs. */
  readonly expect?: (relativePath: string) => E | undefined;
  /** The length of its value, as far as that tells it, for the size of requests. */
  readonly sizeOf?: (expected: E) => number | undefined;
  /** How many znodes to expect, for progress. */
  readonly total?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  /** `data` is a view of a larger reply: copy what is kept. What it throws fails the read. */
  readonly visit: (relativePath: string, data: Buffer, stat: Stat, expected: E | undefined) => void;
  /** A znode that is not there: never was, or has vanished, perhaps after it was visited. */
  readonly missing?: (relativePath: string) => void;
}

/** Enough to keep the server busy while we decode. */
const requestsInFlight = 4;
/** What a name takes in a listing, as a guess. */
const nameBytes = 32;

/** Visits the root znode ('') and everything below it, parents before children. False when there is no root znode. */
export async function readTree<E>(channel: Channel, root: string, options: ReadOptions<E>): Promise<boolean> {
  const queue = new ReadQueue<E>();
  let exists = true;
  queue.push(dataOf('', options));
  await drain(channel, root, queue, options, ({ relative, op }, result) => {
    if (result.op === 'getChildren') {
      for (const name of result.children) queue.push(dataOf(joinRelative(relative, name), options));
    } else if (result.op === 'getData') {
      const { children } = result.stat;
      if (children === 0) return;
      queue.push({ op: 'getChildren', relative, bytes: children * nameBytes, expected: undefined });
    } else if (relative === '' && op === 'getData') {
      exists = false;
    }
  });
  return exists;
}

/** Visits the given znodes, as far as they exist; nothing below them. */
export async function readZnodes<E>(
  channel: Channel,
  root: string,
  relativePaths: Iterable<string>,
  options: ReadOptions<E>,
): Promise<void> {
  const queue = new ReadQueue<E>();
  for (const relative of relativePaths) queue.push(dataOf(relative, options));
  await drain(channel, root, queue, options, () => undefined);
}

function dataOf<E>(relative: string, { expect, sizeOf }: ReadOptions<E>): QueuedRead<E> {
  const expected = expect?.(relative);
  return {
    op: 'getData',
    relative,
    bytes: expected === undefined ? undefined : sizeOf?.(expected),
    expected,
  };
}

/** Sends requests until the queue is empty and everything is answered; `follow` may queue more. */
async function drain<E>(
  channel: Channel,
  root: string,
  queue: ReadQueue<E>,
  options: ReadOptions<E>,
  follow: (read: QueuedRead<E>, result: ReadResult) => void,
): Promise<void> {
  const { signal, onProgress, total = 0 } = options;
  throwIfAborted(signal);
  const wait = (promise: Promise<void>): Promise<void> =>
    signal === undefined ? promise : orAborted(promise, signal);
  const underWay = new Set<Promise<void>>();
  let visited = 0;
  let ended = false;
  const readBatch = async (batch: readonly QueuedRead<E>[]): Promise<void> => {
    const reads = batch.map(({ op, relative }) => ({ op, path: joinPath(root, relative) }));
    const results = await channel.multiRead(reads);
    if (ended) return;
    for (const [index, read] of batch.entries()) {
      const result = results[index];
      if (result === undefined) throw new RangeError('a read without a result');
      if (result.op === 'getData') {
        queue.saw(result.data.length);
        options.visit(read.relative, result.data, result.stat, read.expected);
        visited += 1;
      } else if (result.op === 'missing') {
        options.missing?.(read.relative);
      }
      follow(read, result);
    }
    onProgress?.({ phase: 'read', done: visited, total });
  };
  try {
    onProgress?.({ phase: 'read', done: 0, total });
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
