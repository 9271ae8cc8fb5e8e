import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { asNobody } from '../../../../harness/as-nobody.ts';
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import type { DirectoryOwner } from '../../../../src/join/directory/directory-owner.ts';
import type { VersionsDirectory } from '../../../../src/join/directory/versions-directory.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { filesBelow, numbered, numberedFiles, owner } from './fixture.ts';
import { watchedDisk } from './watched-disk.ts';

let directory: string;
const opened: VersionsDirectory[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'enclosure-directory-'));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (one) => await one.close()));
  await rm(directory, { recursive: true, force: true });
});

async function open(as: DirectoryOwner = owner): Promise<VersionsDirectory> {
  const one = await openDirectory({ directory, owner: as });
  opened.push(one);
  return one;
}

/** The directory with revision 1 in use and no agent on it. */
async function written(): Promise<void> {
  const one = await openDirectory({ directory, owner });
  await (await one.write(numbered(1))).switch();
  await one.close();
}

const taken = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'directory-taken', message: expect.stringMatching(message) as unknown });

const others: Record<string, Partial<DirectoryOwner>> = {
  'another environment': { environment: 'staging' },
  'another ensemble': { ensemble: 'three:2181/chroot' },
  'another chroot': { ensemble: 'one:2181' },
  'another state root': { stateRoot: '/other' },
};

test.each(Object.entries(others))(
  'a directory that belongs to %s is refused, naming both',
  async (_, other) => {
    await written();
    const before = await filesBelow(join(directory, 'current'));
    const [[key, value] = []] = Object.entries(other);
    const ours = owner[key as keyof DirectoryOwner];
    const error = await open({ ...owner, ...other }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'directory-taken', retryable: false });
    expect((error as Error).message).toContain(value);
    expect((error as Error).message).toContain(ours);
    expect(await filesBelow(join(directory, 'current'))).toEqual(before);
  },
);

test('an ensemble that lost one server and got another is still the same, from then on as well', async () => {
  await written();
  const moved = { ...owner, ensemble: 'two:2181,three:2181/chroot' };
  await (await open(moved)).close();
  await (await open({ ...owner, ensemble: 'three,four/chroot' })).close();
  await expect(open()).rejects.toEqual(taken(/four:?.*/));
});

test('a directory whose owner cannot be read is refused', async () => {
  await written();
  await writeFile(join(directory, '.enclosure', 'owner.json'), '{"environment": "prod');
  await expect(open()).rejects.toEqual(taken(/owner\.json that cannot be read/));
});

const currents: Record<string, (path: string) => Promise<unknown>> = {
  'a directory': mkdir,
  'a file': async (path) => await writeFile(path, 'mine'),
  'a link to elsewhere': async (path) => await symlink('releases/12', path),
  'a link out of the versions': async (path) => await symlink('.versions/../x', path),
};

test.each(Object.entries(currents))(
  '%s named current is refused, and nothing is changed',
  async (_, make) => {
    await make(join(directory, 'current'));
    const { ino } = await lstat(join(directory, 'current'));
    await expect(open()).rejects.toEqual(taken(/something else stands where the link/));
    expect(await readdir(directory)).toEqual(['current']);
    expect((await lstat(join(directory, 'current'))).ino).toBe(ino);
  },
);

test('a second agent is refused, naming the process of the first, until that has closed', async () => {
  const first = await open();
  await expect(open()).rejects.toEqual(taken(new RegExp(`process ${process.pid} on ${hostname()}`)));
  await first.close();
  await open();
});

async function leaveLock(content: Record<string, unknown> | string, ageMs = 0): Promise<void> {
  await mkdir(join(directory, '.enclosure'));
  const path = join(directory, '.enclosure', 'lock');
  await writeFile(
    path,
    typeof content === 'string' ? content : JSON.stringify({ guid: randomUUID(), ...content }),
  );
  const time = new Date(Date.now() - ageMs);
  await utimes(path, time, time);
}

/** A process that has ended. */
const deadPid = (): number => spawnSync('true').pid;

test('the lock of a living process on this host holds', async () => {
  await leaveLock({ pid: process.ppid, host: hostname() });
  await expect(open()).rejects.toEqual(taken(new RegExp(`process ${process.ppid} on`)));
});

test('the lock of a process that is gone is taken over', async () => {
  await leaveLock({ pid: deadPid(), host: hostname() });
  await open();
});

test('the lock of the agent that had our process number before us, as in a container, is taken over', async () => {
  await leaveLock({ pid: process.pid, host: hostname() });
  await open();
});

test('the lock of another host holds for half a minute after its last sign of life', async () => {
  await leaveLock({ pid: deadPid(), host: 'elsewhere' }, 20_000);
  await expect(open()).rejects.toEqual(taken(/on elsewhere/));
  await rm(join(directory, '.enclosure'), { recursive: true });
  await leaveLock({ pid: deadPid(), host: 'elsewhere' }, 31_000);
  await open();
});

test('a lock that names nobody holds as long', async () => {
  await leaveLock('{"pid":');
  await expect(open()).rejects.toEqual(taken(/names no process/));
  await rm(join(directory, '.enclosure'), { recursive: true });
  await leaveLock('{"pid": 0}', 31_000);
  await open();
});

test('of several agents that find a stale lock at once, at most one can write, and nobody stays out', async () => {
  for (let round = 0; round < 10; round += 1) {
    await leaveLock({ pid: deadPid(), host: hostname() });
    const results = await Promise.allSettled(Array.from({ length: 6 }, async () => await open()));
    const refused = results.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    for (const reason of refused) expect(reason).toMatchObject({ code: 'directory-taken' });
    const writing = await Promise.allSettled(opened.map(async (one) => await one.write(numbered(1))));
    expect(writing.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
    await Promise.all(opened.splice(0).map(async (one) => await one.close()));
    await (await open()).close();
    await rm(join(directory, '.enclosure'), { recursive: true });
  }
});

test('an agent touches its lock every few seconds, and that of another one never', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const lock = join(directory, '.enclosure', 'lock');
  const done: string[] = [];
  const disk = watchedDisk({ after: ({ name, path }) => path === lock && done.push(name) });
  opened.push(await openDirectory({ directory, owner, disk }));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  vi.advanceTimersByTime(5_000);
  await waitFor('the lock to be touched', () => done.includes('utimes'));
  expect(Date.now() - (await lstat(lock)).mtimeMs).toBeLessThan(30_000);

  await writeFile(lock, 'of another agent');
  await utimes(lock, longAgo, longAgo);
  done.length = 0;
  for (const looks of [1, 2]) {
    vi.advanceTimersByTime(5_000);
    await waitFor('the lock to be looked at', () => done.length === looks);
  }
  expect(done).toEqual(['readFile', 'readFile']);
  // A time on disk has more digits than one in memory.
  expect(Math.round((await lstat(lock)).mtimeMs)).toBe(longAgo.getTime());
});

test('an agent that could not finish opening leaves no lock', async () => {
  const disk = watchedDisk({
    before({ name, path }) {
      if (name === 'mkdir' && path.includes('probe-')) throw new Error('stopped half-way');
    },
  });
  await expect(openDirectory({ directory, owner, disk })).rejects.toThrow('stopped half-way');
  await open();
});

test('an agent that stood still and lost its lock neither writes nor switches, and leaves the lock alone', async () => {
  const frozen = await open();
  const version = await frozen.write(numbered(1));
  const lock = join(directory, '.enclosure', 'lock');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  const next = await open();
  await (await next.write(numbered(2))).switch();

  await expect(frozen.write(numbered(3))).rejects.toEqual(taken(/has lost its lock/));
  await expect(version.switch()).rejects.toEqual(taken(/has lost its lock/));
  await frozen.close();
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(2));
  await (await next.write(numbered(3))).switch();
});

test('a lock that is lost between writing and switching is seen before the switch', async () => {
  const first = await open();
  await (await first.write(numbered(1))).switch();
  const version = await first.write(numbered(2));
  await writeFile(join(directory, '.enclosure', 'lock'), 'of another agent');
  await expect(version.switch()).rejects.toEqual(taken(/has lost its lock/));
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(1));
  await first.close();
  expect(await readFile(join(directory, '.enclosure', 'lock'), 'utf8')).toBe('of another agent');
});

test('what runs that died left is removed, the version in use and what is not ours stay', async () => {
  await written();
  const random = '0123456789ab';
  const versions = join(directory, '.versions');
  await mkdir(join(versions, `7-${random}`, 'a', 'b'), { recursive: true });
  await mkdir(join(versions, `8-${random}.partial`));
  await writeFile(join(versions, `8-${random}.partial`, 'half'), 'ha');
  await symlink(`.versions/7-${random}`, join(directory, `.current-${random}.partial`));
  await writeFile(join(directory, '.enclosure', `owner-${random}.partial`), '{');
  await mkdir(join(directory, '.enclosure', 'cache'));
  await writeFile(join(directory, 'notes'), 'mine');
  await mkdir(join(versions, '18.2.0'));

  await open();
  expect((await readdir(directory)).toSorted()).toEqual(['.enclosure', '.versions', 'current', 'notes']);
  expect((await readdir(join(directory, '.enclosure'))).toSorted()).toEqual(['cache', 'lock', 'owner.json']);
  expect(await readdir(versions)).toHaveLength(2);
  expect(await readdir(versions)).toContain('18.2.0');
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(1));
});

test('a link whose version is gone leads nowhere, and the next switch mends it', async () => {
  await written();
  await rm(join(directory, '.versions'), { recursive: true });
  const one = await open();
  expect(await one.current()).toBeUndefined();
  await (await one.write(numbered(2))).switch();
  expect(await filesBelow(join(directory, 'current'))).toEqual(numberedFiles(2));
});

test('a missing permission is said, with the path', async () => {
  await chmod(directory, 0o555);
  const error = await asNobody(async () => await open()).catch((caught: unknown) => caught);
  await chmod(directory, 0o755);
  expect(error).toMatchObject({
    code: 'directory-failed',
    retryable: true,
    message: expect.stringMatching(
      /permission is missing.*\.enclosure.*EACCES.*the right to write/,
    ) as unknown,
  });
});

test('a file in the place of the directory is said, with the path', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below')]) {
    await expect(openDirectory({ directory: path, owner })).rejects.toMatchObject({
      code: 'directory-failed',
      message: expect.stringContaining('A file stands where a directory has to be') as unknown,
    });
  }
});

test('stopped before it began, it changes nothing', async () => {
  const path = join(directory, 'new');
  const signal = AbortSignal.abort();
  await expect(openDirectory({ directory: path, owner, signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(await readdir(directory)).toEqual([]);
});
