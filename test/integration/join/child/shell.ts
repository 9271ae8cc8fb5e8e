/** Files that commands of a test write, and what is left of their processes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { waitFor } from '../../../../harness/wait-for.ts';

export const env = { PATH: process.env['PATH'] ?? '' };

/** A directory for one test. */
export async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-child-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The text of a file that a command writes, once it holds whole lines. */
export async function written(path: string): Promise<string> {
  return await waitFor(`${path} to be written`, async () => {
    const text = await readFile(path, 'utf8');
    return text.endsWith('\n') && text;
  });
}

/** Waits until a process is gone; one that only nobody has asked about yet (a zombie) counts as gone. */
export async function gone(pid: number): Promise<void> {
  await waitFor(`process ${pid} to be gone`, async () => {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      return /\) Z /.test(stat);
    } catch {
      return !isThere(pid);
    }
  });
}

export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
