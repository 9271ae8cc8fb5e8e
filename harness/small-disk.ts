/** A disk of its own that is soon full: a tmpfs. Only root can mount one, and not in every container. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenWeDie } from './when-we-die.ts';

export interface SmallDisk {
  readonly directory: string;
  /** Where it could not be mounted the directory is an ordinary one: tests of it are skipped. */
  readonly mounted: boolean;
  readonly remove: () => Promise<void>;
}

export async function makeSmallDisk(kilobytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-full-'));
  const options = ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'enclosure-test', directory];
  const mounted = process.platform === 'linux' && spawnSync('mount', options).status === 0;
  // At once, even where a test failed and left a file open there.
  const unmount = ['umount', '-l', directory] as const;
  const callOff = mounted ? whenWeDie(unmount, directory) : undefined;
  return {
    directory,
    mounted,
    remove: async () => {
      callOff?.();
      if (mounted) spawnSync(unmount[0], unmount.slice(1));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
