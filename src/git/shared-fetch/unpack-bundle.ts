/**
 * A bundle that came from a shared cache becomes a repository of its own, on top of the objects of the local copy, from
 * which the copy then fetches one commit. So nothing that somebody put into the cache gets into the copy but what the
 * commit consists of, whose id the git host told: git checks every object against its id, and that none is missing.
 * (Fetched straight into the copy, a bundle leaves there whatever else was in it, and git before 2.46 does not look at its
 * objects with fsck.)
 *
 * Fails as a fetch does; the caller removes what is left.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AllowedUrl } from '../remote/check-url.ts';
import { copyConfiguration } from '../copy/create-copy.ts';
import type { FetchOptions } from '../remote/within-limits.ts';
import { fetchRef } from '../remote/fetch-ref.ts';
import type { SavedBundle } from './save-bundle.ts';

/** The ref that the commit has in the unpacked bundle. */
export const unpackedRef = 'refs/heads/unpacked';

/**
 * Returns what to fetch from.
 *
 * @param options those of a fetch into the local copy
 * @param base the commit of the copy that the bundle builds on, where there is one
 */
export async function unpackBundle(
  { directory, file }: SavedBundle,
  head: string,
  base: string | undefined,
  options: FetchOptions,
): Promise<FetchOptions> {
  const unpacked = join(directory, 'unpacked.git');
  await mkdir(join(unpacked, 'objects', 'pack'), { recursive: true });
  await mkdir(join(unpacked, 'objects', 'info'));
  await mkdir(join(unpacked, 'refs', 'heads'), { recursive: true });
  await Promise.all([
    writeFile(join(unpacked, 'HEAD'), `ref: ${unpackedRef}\n`),
    writeFile(join(unpacked, 'config'), copyConfiguration(head.length === 64 ? 'sha256' : 'sha1')),
    writeFile(join(unpacked, 'objects', 'info', 'alternates'), `${join(options.gitDirectory, 'objects')}\n`),
    base === undefined ? undefined : writeFile(join(unpacked, 'refs', 'heads', 'base'), `${base}\n`),
  ]);
  const local = { ...options, credentials: undefined };
  await fetchRef(head, unpackedRef, {
    ...local,
    url: localPath(file),
    gitDirectory: unpacked,
    environment: { ...local.environment, ...onlyFiles, GIT_DIR: unpacked },
  });
  return { ...local, url: localPath(unpacked), environment: { ...local.environment, ...onlyFiles } };
}

/** For these processes alone, whatever URLs the configuration allows. */
const onlyFiles = { GIT_ALLOW_PROTOCOL: 'file' };

/** No URL but a path, in which git reads nothing else. */
function localPath(path: string): AllowedUrl {
  return { protocol: 'file', url: path, host: '', path };
}
