/** The comparison's server, with the memory that the measurement asks for, and what can be seen of it from outside. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serverProperties, serverSettings } from '../compare/server.ts';
import { startZooKeeper, type ZooKeeperServer } from '../../harness/zookeeper-server.ts';

/** What zkServer.sh gives it. */
export const defaultHeapMiB = 1000;

export async function startScaleServer(heapMiB = defaultHeapMiB): Promise<ZooKeeperServer> {
  return await withHeap(heapMiB, () =>
    startZooKeeper({ settings: serverSettings, properties: serverProperties }),
  );
}

/** Kills it and starts it again on its data: seconds until it takes sessions. */
export async function timeRestart(server: ZooKeeperServer, heapMiB: number): Promise<number> {
  await server.signal('SIGKILL');
  const begin = performance.now();
  await withHeap(heapMiB, () => server.restart());
  return (performance.now() - begin) / 1000;
}

async function withHeap<T>(heapMiB: number, start: () => Promise<T>): Promise<T> {
  // The one variable that Java reads after the command line, so that it has the last word.
  const before = process.env['_JAVA_OPTIONS'];
  process.env['_JAVA_OPTIONS'] = `-Xmx${heapMiB}m -XX:-UseSerialGC`;
  try {
    return await start();
  } finally {
    if (before === undefined) delete process.env['_JAVA_OPTIONS'];
    else process.env['_JAVA_OPTIONS'] = before;
  }
}

/** How many znodes it holds; undefined while it does not answer. */
export async function nodeCount(server: ZooKeeperServer): Promise<number | undefined> {
  const answer = await server.command('srvr').catch(() => '');
  const count = /^Node count: (\d+)$/mu.exec(answer)?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Of its heap, what is in use after a collection; undefined without the tools of a JDK. */
export async function liveHeapMiB({ pid }: ZooKeeperServer): Promise<number | undefined> {
  const listing = await promisify(execFile)('jcmd', [String(pid), 'GC.class_histogram'], {
    maxBuffer: 64 * 1024 * 1024,
  }).catch(() => undefined);
  const bytes = /^Total +\d+ +(\d+)/mu.exec(listing?.stdout ?? '')?.[1];
  return bytes === undefined ? undefined : Number(bytes) / 2 ** 20;
}
