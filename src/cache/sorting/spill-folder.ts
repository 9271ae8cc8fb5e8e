/**
 * The folder with the temporary files of one sort, created with the first file. It knows what is open and under way, so
 * that it can be removed at any moment, even while work uses it; that work then fails with `aborted`. What the files
 * contain is the business of `run-reader.ts`.
 *
 * Fails with `store-failed`. A process that is killed leaves the folder behind: the directory's owner removes it.
 */
import { mkdir, mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { EnclosureError } from '../../base/enclosure-error.ts';
import { asSpillFailure } from './as-spill-failure.ts';

export interface SpillFile {
  readonly path: string;
  /** Appends all of the bytes. */
  append(bytes: Uint8Array): Promise<void>;
  /** As many bytes as there are and fit; how many. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
  /** Closes the file as well. */
  remove(): Promise<void>;
}

export class SpillFolder {
  readonly #directory: string;
  #path: string | undefined;
  #files = 0;
  #removed = false;
  readonly #open = new Set<FileHandle>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** @param directory where the folder is made; made as well, where it is not there. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async create(): Promise<SpillFile> {
    const folder = await this.#operate(this.#directory, async () => {
      if (this.#path === undefined) {
        await mkdir(this.#directory, { recursive: true, mode: 0o700 });
        this.#path = await mkdtemp(join(this.#directory, 'sorting-'));
      }
      return this.#path;
    });
    this.#files += 1;
    return await this.#opened(join(folder, `run-${this.#files}`), 'ax');
  }

  async open(path: string): Promise<SpillFile> {
    return await this.#opened(path, 'r');
  }

  /** Never fails. */
  async remove(): Promise<void> {
    this.#removed = true;
    await Promise.allSettled(this.#underWay);
    await Promise.allSettled([...this.#open].map((handle) => handle.close()));
    this.#open.clear();
    if (this.#path === undefined) return;
    await rm(this.#path, { recursive: true, force: true }).catch(() => undefined);
  }

  async #opened(path: string, flags: string): Promise<SpillFile> {
    const handle = await this.#operate(path, async () => {
      const opened = await open(path, flags, 0o600);
      this.#open.add(opened);
      return opened;
    });
    const close = async (): Promise<void> => {
      this.#open.delete(handle);
      await handle.close();
    };
    return {
      path,
      append: async (bytes) => await this.#operate(path, () => handle.appendFile(bytes)),
      read: async (into, position) => {
        const { bytesRead } = await this.#operate(path, () => handle.read(into, 0, into.length, position));
        return bytesRead;
      },
      close: async () => await this.#operate(path, close),
      remove: async () =>
        await this.#operate(path, async () => {
          await close();
          await rm(path);
        }),
    };
  }

  async #operate<R>(path: string, operation: () => Promise<R>): Promise<R> {
    if (this.#removed) throw new EnclosureError('aborted', 'the sort was discarded before it was done');
    const running = operation();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw asSpillFailure(error, path);
    } finally {
      this.#underWay.delete(running);
    }
  }
}
