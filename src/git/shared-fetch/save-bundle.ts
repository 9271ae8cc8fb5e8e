/**
 * The bytes of a bundle as they come from a shared cache, into a file of a directory of their own beside the local copy.
 * Whoever calls removes the directory, also when this fails; what a process leaves that was killed goes with the next one.
 *
 * Fails with whatever the source fails with, `fetch-too-large`, and as files do.
 */
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tooLarge } from '../remote/within-limits.ts';

export interface SavedBundle {
  /** For nothing else, and readable for nobody else. */
  readonly directory: string;
  readonly file: string;
}

/** No bundle takes that long to come. */
const abandonedMs = 3_600_000;

/** Whether it is all there: false when it was not needed any more before it was. An empty one is not there. */
export async function saveBundle(
  chunks: AsyncIterable<Uint8Array>,
  { directory, file }: SavedBundle,
  options: { readonly url: string; readonly maxBytes: number; readonly needed: () => boolean },
): Promise<boolean> {
  let handle: FileHandle | undefined;
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      if (!options.needed()) return false;
      bytes += chunk.length;
      if (bytes > options.maxBytes) throw tooLarge({ url: { url: options.url }, maxBytes: options.maxBytes });
      handle ??= await makeFile(directory, file);
      await handle.appendFile(chunk);
    }
    return handle !== undefined;
  } finally {
    await handle?.close();
  }
}

/** Only when there is something to write: a bundle that we make ourselves is never read here. */
async function makeFile(directory: string, file: string): Promise<FileHandle> {
  await removeAbandoned(directory);
  await mkdir(directory, { mode: 0o700 });
  return await open(file, 'wx', 0o600);
}

async function removeAbandoned(directory: string): Promise<void> {
  const parent = dirname(directory);
  const prefix = basename(directory).replace(/[^-]*$/, '');
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const touched = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - touched > abandonedMs) await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}
