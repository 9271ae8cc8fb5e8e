/**
 * One writer at a time to one cache directory, across processes. It spares work and errors; it is not what the safety of a
 * deployment rests on (that is the fence in ZooKeeper), and git guards its own files besides.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EnclosureError, throwIfAborted } from '../../base/enclosure-error.ts';
import { tryFileLock, type FileLock, type FileLockAttempt } from '../../files/file-lock.ts';

/** Waits for the lock; fails with `fetch-timeout` after `timeoutMs`. */
export async function lockCopy(
  path: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<FileLock> {
  const end = Date.now() + options.timeoutMs;
  for (let waits = 0; ; waits += 1) {
    throwIfAborted(options.signal);
    const { lock } = await attempt(path);
    if (lock !== undefined) return lock;
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
}

/** What this leaves when the process is killed, `createCopy` removes. */
async function attempt(path: string): Promise<FileLockAttempt> {
  try {
    return await tryFileLock(path, { partial: () => `${path}.${randomUUID()}` });
  } catch (error) {
    throw new EnclosureError('git-failed', 'the cache directory cannot be written', {
      where: path,
      found: (error as NodeJS.ErrnoException).code ?? 'an unknown error',
      next: 'Give this process the right to write it, or set cacheDirectory',
      cause: error,
    });
  }
}
