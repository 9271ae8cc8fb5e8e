/**
 * One agent at a time on a directory. It waits for nobody: a second agent on a directory is a mistake that somebody has to
 * see. An agent that stood still for half a minute may lose the lock; it finds out before its next switch. Fails with
 * `directory-taken`.
 */
import { dirname, join } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Disk } from '../../files/disk.ts';
import { tryFileLock, type FileLockOwner } from '../../files/file-lock.ts';
import { escapeName } from '../../model/znode-path.ts';
import { newPartialName } from './places.ts';

export interface DirectoryLock {
  /** Fails with `directory-taken` when it was lost. */
  check(): Promise<void>;
  /** Never fails. */
  release(): Promise<void>;
}

export async function takeLock(path: string, disk: Disk): Promise<DirectoryLock> {
  const partial = (): string => join(dirname(path), newPartialName('lock'));
  const attempt = await tryFileLock(path, { disk, partial });
  if (attempt.lock === undefined) throw taken(path, attempt.owner);
  const { holds, release } = attempt.lock;
  return {
    async check() {
      if (!(await holds())) throw lost(path);
    },
    release,
  };
}

function taken(path: string, owner: FileLockOwner | undefined): EnclosureError {
  return new EnclosureError('directory-taken', 'another agent is at work on the directory', {
    where: dirname(dirname(path)),
    found:
      owner === undefined
        ? 'a lock that names no process'
        : `process ${owner.pid} on ${escapeName(owner.host)}`,
    next: 'End that agent, or name another directory.',
  });
}

function lost(path: string): EnclosureError {
  return new EnclosureError('directory-taken', 'this agent has lost its lock on the directory', {
    where: dirname(dirname(path)),
    expected: 'the lock that it took when it began',
    found: 'none, or that of another agent, which took it over after half a minute without a sign of life',
    next: 'See which agent is at work on the directory, end it or name another directory, and start again.',
  });
}
