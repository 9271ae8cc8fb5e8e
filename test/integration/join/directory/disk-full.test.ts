/** Disks and limits that are really used up. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDirectory } from '../../../../src/join/directory/open-directory.ts';
import { makeSmallDisk } from '../../../../harness/small-disk.ts';
import { bundleChild } from './bundle-child.ts';
import { filesBelow, owner, snapshot } from './fixture.ts';

const run = promisify(execFile);
const kilobytes = 1024;
const sized = (revision: number, size: number): Record<string, string> => ({
  small: String(revision),
  large: String(revision).repeat(size * kilobytes),
});

describe('a full disk', async () => {
  const { directory: disk, mounted, remove } = await makeSmallDisk(256);
  afterAll(remove);

  test.skipIf(!mounted)('keeps the old snapshot in use and nothing of the new one', async () => {
    const directory = join(disk, 'out');
    const opened = await openDirectory({ directory, owner });
    await (await opened.write(snapshot(1, sized(1, 100)))).switch();
    const failed = opened.write(snapshot(2, { ...sized(2, 60), more: '2'.repeat(140 * kilobytes) }));
    await expect(failed).rejects.toMatchObject({
      code: 'directory-failed',
      retryable: true,
      message: expect.stringMatching(/ENOSPC.*make room/) as unknown,
    });
    expect(await filesBelow(join(directory, 'current'))).toEqual(sized(1, 100));
    expect(await readdir(join(directory, '.versions'))).toHaveLength(1);

    await (await opened.write(snapshot(3, sized(3, 100)))).switch();
    expect(await filesBelow(join(directory, 'current'))).toEqual(sized(3, 100));
    await opened.close();
  });

  test.skipIf(!mounted)('refuses an agent that starts on it, which works once there is room', async () => {
    const directory = join(disk, 'late');
    const filler = join(disk, 'filler');
    await writeFile(filler, Buffer.alloc(256 * kilobytes)).catch(() => undefined);
    await expect(openDirectory({ directory, owner })).rejects.toMatchObject({ code: 'directory-failed' });
    await rm(filler);
    await (await openDirectory({ directory, owner })).close();
  });
});

test('a limit on the size of files keeps the old snapshot in use and nothing of the new one', async () => {
  const child = await bundleChild('limited-child');
  onTestFinished(async () => await child.remove());
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-limit-'));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  const write = async (revision: number, size: number): Promise<string> => {
    // In blocks of 512 or 1024 bytes, as the shell has it: 64 or 128 kB.
    const command = 'ulimit -f 128; exec "$0" "$@"';
    const values = [child.path, directory, revision, size * kilobytes].map(String);
    return (await run('sh', ['-c', command, process.execPath, ...values])).stdout;
  };
  expect(await write(1, 30)).toBe('switched');
  expect(JSON.parse(await write(2, 300))).toMatchObject({
    code: 'directory-failed',
    message: expect.stringMatching(/large.*EFBIG/) as unknown,
  });
  expect(await filesBelow(join(directory, 'current'))).toEqual(sized(1, 30));
  expect(await readdir(join(directory, '.versions'))).toHaveLength(1);
  expect(await write(3, 30)).toBe('switched');
});
