/**
 * The results on the disk, as other processes of the host left them: opens them, checks that they are whole, and removes
 * them. Opening fails as the operating system does; removing never fails, and what stays takes up room and does no harm.
 */
import { open, readdir, readFile, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../base/errno-of.ts';
import { decodeManifest, type Manifest } from '../parts/manifest.ts';
import { dataBytes } from './memory.ts';
import { endings } from './result-name.ts';

export interface OpenResult {
  readonly handle: FileHandle;
  readonly manifest: Manifest;
}

/**
 * Undefined if it is missing, or not whole: then it is removed. The parts are not read. Counts as a use of the result.
 * @param base its path without an ending
 */
export async function openStored(base: string, manifestDigest: string): Promise<OpenResult | undefined> {
  const handle = await openData(`${base}${endings.data}`);
  if (handle === undefined) return undefined;
  try {
    const manifest = await readManifest(base, manifestDigest);
    const { size } = await handle.stat();
    if (manifest !== undefined && dataBytes(manifest) === size) {
      const now = new Date();
      await handle.utimes(now, now).catch(() => undefined);
      return { handle, manifest };
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  await removeStored(base);
  return undefined;
}

/** @param base its path without an ending */
export async function removeStored(base: string): Promise<void> {
  await unlink(`${base}${endings.data}`).catch(() => undefined);
  await unlink(`${base}${endings.manifest}`).catch(() => undefined);
  // Fails while there is anything in it.
  await rmdir(dirname(base)).catch(() => undefined);
}

/** The results in the directory of a key, but for one; what is still being written is left alone. */
export async function removeOthers(directory: string, except: string | undefined): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const bases = names.flatMap((name) =>
    [endings.data, endings.manifest].flatMap((end) => without(name, end)),
  );
  for (const base of new Set(bases)) if (base !== except) await removeStored(join(directory, base));
}

/** The name without the ending, or nothing where it has another one. */
export function without(name: string, ending: string): readonly string[] {
  return name.endsWith(ending) ? [name.slice(0, -ending.length)] : [];
}

const readOnly: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** For writing too, so that a damaged part can be put back, where that is allowed. */
async function openData(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r+').catch(async (error: unknown) => {
      if (!readOnly.has(errnoOf(error))) throw error;
      return await open(path, 'r');
    });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readManifest(base: string, digest: string): Promise<Manifest | undefined> {
  try {
    return decodeManifest(await readFile(`${base}${endings.manifest}`), digest);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
