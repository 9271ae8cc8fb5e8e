/**
 * One agent at a time on a directory: a file that names the process. It waits for nobody: a second agent on a directory is
 * a mistake that somebody has to see.
 *
 * The lock is stale, and taken over, when its process is gone from this host, or when it was not touched for half a minute
 * (a host that died, a process number that was given away again). A process that stood still for so long may lose it
 * without knowing; it finds out before its next switch. Fails with `directory-taken`.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../base/errno-of.ts';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';
import { createFile, readText, type Disk } from '../../files/disk.ts';
import { newPartialName } from './places.ts';

const touchMs = 5_000;
const staleMs = 30_000;
/** Others may take and leave it between two looks, but hardly that often. */
const attempts = 5;

export interface DirectoryLock {
  /** Fails with `directory-taken` when it was lost. */
  check(): Promise<void>;
  /** Never fails. */
  release(): Promise<void>;
}

/** The locks that this process holds, or is about to. */
const held = new Set<string>();

export async function takeLock(path: string, disk: Disk): Promise<DirectoryLock> {
  const guid = randomUUID();
  const text = JSON.stringify({ pid: process.pid, host: hostname(), guid });
  // Before the file is there: another call in this process must not take it for one that a dead process left.
  held.add(guid);
  try {
    await obtain(path, text, disk);
  } catch (error) {
    held.delete(guid);
    throw error;
  }
  const holds = async (): Promise<boolean> => (await readText(path, disk)) === text;
  const touch = setInterval(() => {
    const touched = holds().then(async (ours) => ours && (await disk.utimes(path, new Date(), new Date())));
    touched.catch(() => undefined);
  }, touchMs);
  touch.unref();
  return {
    async check() {
      if (!(await holds())) throw lost(path);
    },
    async release() {
      clearInterval(touch);
      held.delete(guid);
      if (await holds().catch(() => false)) await disk.unlink(path).catch(() => undefined);
    },
  };
}

async function obtain(path: string, text: string, disk: Disk): Promise<void> {
  for (let attempt = 1; !(await create(path, text, disk)); attempt += 1) {
    const found = await readText(path, disk);
    if (found === undefined && attempt < attempts) continue;
    const stale = found !== undefined && (await isStale(path, found, disk));
    if (!stale || attempt === attempts) throw taken(path, found);
    await moveAside(path, found, disk);
  }
}

/** Whether it was free. The file appears with its text: one that was half-written would say nothing about its process. */
async function create(path: string, text: string, disk: Disk): Promise<boolean> {
  const whole = join(dirname(path), newPartialName('lock'));
  await createFile(whole, text, 0o600, disk);
  try {
    await disk.link(whole, path);
    return true;
  } catch (error) {
    const errno = errnoOf(error) ?? '';
    // ENOENT: whoever just got the lock has cleaned up, and took our file for a leftover.
    if (errno === 'EEXIST' || errno === 'ENOENT') return false;
    if (!withoutLinks.has(errno)) throw error;
    return await createInPlace(path, text, disk);
  } finally {
    await disk.unlink(whole).catch(() => undefined);
  }
}

/** What a file system says that knows no hard links. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

async function createInPlace(path: string, text: string, disk: Disk): Promise<boolean> {
  try {
    await createFile(path, text, 0o600, disk);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string, text: string, disk: Disk): Promise<boolean> {
  if (isDead(text)) return true;
  try {
    return Date.now() - (await disk.lstat(path)).mtimeMs > staleMs;
  } catch (error) {
    // It was released meanwhile.
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether the owner ran on this host and runs no more. */
function isDead(text: string): boolean {
  const owner = parse(text);
  if (owner === undefined || owner.host !== hostname()) return false;
  // In a container every agent has the same number, also the one that was killed before this one.
  if (owner.pid === process.pid) return !held.has(owner.guid);
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

/**
 * Renamed before it is removed: of several that found it stale one succeeds. Where that caught the lock of one who was
 * faster, the lock is put back; its holder would else notice only before its next switch.
 */
async function moveAside(path: string, stale: string, disk: Disk): Promise<void> {
  const aside = join(dirname(path), newPartialName('lock'));
  try {
    await disk.rename(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readText(aside, disk)) !== stale) await disk.link(aside, path).catch(() => undefined);
  await disk.unlink(aside).catch(() => undefined);
}

function parse(
  text: string,
): { readonly pid: number; readonly host: string; readonly guid: string } | undefined {
  try {
    const { pid, host, guid } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    // A process number below 1 would ask about a whole group of processes.
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
    if (typeof host !== 'string' || typeof guid !== 'string') return undefined;
    return { pid, host, guid };
  } catch {
    return undefined;
  }
}

function taken(path: string, text: string | undefined): EnclosureError {
  const owner = text === undefined ? undefined : parse(text);
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
