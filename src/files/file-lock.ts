/**
 * One owner at a time, across processes: a file that names its process. It waits for nobody; whoever wants to wait tries
 * again.
 *
 * The lock is stale, and taken over, when its process is gone from this host, or when it was not touched for half a minute
 * (a host that died, a process number that was given away again). A process that stood still for so long may lose it
 * without knowing: `holds` tells. Fails as the operating system does.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { errnoOf } from '../base/errno-of.ts';
import { fieldsOf, isText, parseJson } from '../base/parse-json.ts';
import { createFile, nodeDisk, readText, type Disk } from './disk.ts';

const touchMs = 5_000;
const staleMs = 30_000;
/** Others may take and leave it between two looks, but hardly that often. */
const attempts = 5;

export interface FileLock {
  readonly holds: () => Promise<boolean>;
  /** Never fails. */
  readonly release: () => Promise<void>;
}

export interface FileLockOwner {
  readonly pid: number;
  readonly host: string;
}

/** The lock, or who has it; undefined of one that names no process. */
export type FileLockAttempt =
  { readonly lock: FileLock } | { readonly lock?: undefined; readonly owner: FileLockOwner | undefined };

export interface FileLockOptions {
  /** A new path each time, in the same directory: what is under it may be removed as a leftover whenever the lock is free. */
  readonly partial: () => string;
  /** Default: Node's own operations. */
  readonly disk?: Disk;
}

type Place = { readonly path: string } & Required<FileLockOptions>;

/** The locks that this process holds, or is about to. */
const held = new Set<string>();

export async function tryFileLock(path: string, options: FileLockOptions): Promise<FileLockAttempt> {
  const { disk = nodeDisk, partial } = options;
  const guid = randomUUID();
  const text = JSON.stringify({ pid: process.pid, host: hostname(), guid });
  // Before the file is there: another call in this process must not take it for one that a dead process left.
  held.add(guid);
  try {
    const inTheWay = await obtain({ path, partial, disk }, text);
    if (inTheWay !== undefined) {
      held.delete(guid);
      return { owner: parse(inTheWay) };
    }
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
  const release = async (): Promise<void> => {
    clearInterval(touch);
    // Not ours any more when it was taken over while this process stood still.
    if (await holds().catch(() => false)) await disk.unlink(path).catch(() => undefined);
    // Last: until the file is gone, another call in this process would take it for one that a dead process left.
    held.delete(guid);
  };
  return { lock: { holds, release } };
}

/** Undefined where it was obtained, otherwise what the file in the way says. */
async function obtain(place: Place, text: string): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    // Looked at first: a try in vain, and whoever waits makes many, writes nothing.
    const found = await readText(place.path, place.disk);
    if (found === undefined) {
      if (await create(place, text)) return undefined;
      if (attempt >= attempts) return '';
    } else {
      if (attempt >= attempts || !(await isStale(place, found))) return found;
      await moveAside(place, found);
    }
  }
}

/** Whether it was free. The file appears with its text: one that was half-written would say nothing about its process. */
async function create({ path, partial, disk }: Place, text: string): Promise<boolean> {
  const whole = partial();
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

async function isStale({ path, disk }: Place, text: string): Promise<boolean> {
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
 * faster, the lock is put back; its holder would otherwise notice only when it next asks.
 */
async function moveAside({ path, partial, disk }: Place, stale: string): Promise<void> {
  const aside = partial();
  try {
    await disk.rename(path, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readText(aside, disk)) !== stale) await disk.link(aside, path).catch(() => undefined);
  await disk.unlink(aside).catch(() => undefined);
}

function parse(text: string): (FileLockOwner & { readonly guid: string }) | undefined {
  const { pid, host, guid } = fieldsOf(parseJson(Buffer.from(text))) ?? {};
  // A process number below 1 would ask about a whole group of processes.
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  return isText(host) && isText(guid) ? { pid, host, guid } : undefined;
}
