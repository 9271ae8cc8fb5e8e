/**
 * A result that is being written: beside its place first, renamed when it is whole. Other processes do the same with the
 * same result and the same bytes, or remove it. Nothing is flushed to the disk: every part is verified when it is read.
 * Fails as the operating system does; `discard` and `closeFile` never fail.
 */
import { mkdir, open, rename, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../base/errno-of.ts';
import { writeAt } from './read-at.ts';
import { endings, partialPath } from './result-name.ts';
import { makeWhole } from '../../files/make-whole.ts';

const ownerOnly = { file: 0o600, directory: 0o700 } as const;
const attempts = 10;

export class NewResult {
  /** Where it will be, without an ending. */
  readonly base: string;
  readonly handle: FileHandle;
  readonly #partial: string;
  #bytes = 0;

  constructor(base: string, partial: string, handle: FileHandle) {
    this.base = base;
    this.#partial = partial;
    this.handle = handle;
  }

  async append(bytes: Buffer): Promise<void> {
    await writeAt(this.handle, this.#bytes, bytes);
    this.#bytes += bytes.length;
  }

  /** The data last: where they are, the manifest is. The descriptor stays open. */
  async publish(manifestBytes: Buffer): Promise<void> {
    await makeWhole({
      beside: partialPath(this.base),
      path: `${this.base}${endings.manifest}`,
      make: (beside) => writeFile(beside, manifestBytes, { flag: 'wx', mode: ownerOnly.file }),
    });
    await rename(this.#partial, `${this.base}${endings.data}`);
  }

  /** Removes its name; open descriptors can still read. */
  async discard(): Promise<void> {
    await unlink(this.#partial).catch(() => undefined);
  }

  async closeFile(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }
}

export async function createResult(base: string): Promise<NewResult> {
  const partial = partialPath(base);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await mkdir(dirname(base), { recursive: true, mode: ownerOnly.directory });
      return new NewResult(base, partial, await open(partial, 'wx+', ownerOnly.file));
    } catch (error) {
      // Another process has removed the key's directory, which was empty.
      if (errnoOf(error) !== 'ENOENT' || attempt === attempts) throw error;
    }
  }
}
