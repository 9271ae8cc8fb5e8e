/**
 * One writer at a time to one cache directory, across processes: a file that names its owner.
 *
 * The file is stale, and taken over, when its owner's process is gone or when it was not touched for half a minute
 * (a host that died, a process number that was given away again). Two waiters that see the same stale file at the same
 * moment might both go on; that is no harm: git guards its own files, and the loser's fetch is tried again. So this
 * lock spares work and errors; it is not what the safety of a deployment rests on (that is the fence in ZooKeeper).
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';

const touchMs = 5_000;
const staleMs = 30_000;

export interface CopyLock {
  release(): Promise<void>;
}

/** Waits for the lock; fails with `fetch-timeout` after `timeoutMs`. */
export async function lockCopy(
  path: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<CopyLock> {
  const end = Date.now() + options.timeoutMs;
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), guid: randomUUID() });
  for (let waits = 0; ; waits += 1) {
    throwIfAborted(options.signal);
    if (await create(path, owner)) break;
    if (await isStale(path)) {
      await discard(path);
      continue;
    }
    if (Date.now() >= end) {
      throw new EnclosureError(
        'fetch-timeout',
        'another process kept the local copy of the repository busy',
        {
          where: path,
          next: 'Try again when its fetch is done',
        },
      );
    }
    await delay(Math.min(100, 5 + waits * 5));
  }
  const touch = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), touchMs);
  touch.unref();
  return {
    async release() {
      clearInterval(touch);
      // Not ours any more when it was taken over while this process stood still.
      if ((await readFile(path, 'utf8').catch(() => undefined)) === owner) await rm(path, { force: true });
    },
  };
}

async function create(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new EnclosureError('git-failed', 'the cache directory cannot be written', {
      where: path,
      found: (error as NodeJS.ErrnoException).code ?? 'an unknown error',
      next: 'Give this process the right to write it, or set cacheDirectory',
    });
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return Date.now() - mtimeMs > staleMs || isDead(text);
  } catch {
    // It was released meanwhile.
    return false;
  }
}

/** Whether the owner ran on this host and runs no more. Text that is not whole yet is taken for a living owner's. */
function isDead(text: string): boolean {
  try {
    const { pid, host } = JSON.parse(text) as { pid?: unknown; host?: unknown };
    if (host !== hostname() || typeof pid !== 'number') return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Moved aside before it is removed: of several waiters one succeeds. */
async function discard(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
