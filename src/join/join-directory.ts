import { join, resolve } from 'node:path';
import { openDirectory } from './directory/open-directory.ts';
import type { VersionsDirectory } from './directory/versions-directory.ts';
import type { JoinTarget } from './join-target.ts';

export interface JoinDirectory {
  readonly directory: VersionsDirectory;
  /** The link that applications read through, absolute. */
  readonly current: string;
  /** Where the last good revision is kept. */
  readonly cacheDirectory: string;
}

/** Takes the directory of `--out` for an environment; fails as `openDirectory` does. The caller closes it. */
export async function openJoinDirectory(
  out: string,
  { environment, connect, stateRoot, signal }: JoinTarget,
): Promise<JoinDirectory> {
  const root = resolve(out);
  const directory = await openDirectory({
    directory: root,
    owner: { environment, ensemble: connect, stateRoot },
    ...(signal !== undefined && { signal }),
  });
  return { directory, current: join(root, 'current'), cacheDirectory: join(root, '.enclosure/cache') };
}
