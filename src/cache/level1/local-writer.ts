/**
 * Takes the parts of one result: in memory while they fit, then in a file. In a shared directory a result is always written
 * to a file, so that it outlives the process. A disk that refuses is reported once, and costs no more than the place to
 * keep the result. Never fails.
 */
import { join } from 'node:path';
import type { EnclosureError } from '../../base/enclosure-error.ts';
import type { Manifest } from '../parts/manifest.ts';
import type { DirectoryBound } from './directory-bound.ts';
import { diskProblem } from './disk-problem.ts';
import type { LocalResult, ResultId, ResultWriter } from './level1-cache.ts';
import { memoryResult, type Memory } from './memory.ts';
import { createResult, type NewResult } from './new-result.ts';
import { resultName } from './result-name.ts';
import type { Root } from './root.ts';

export interface WriterPlaces {
  readonly memory: Memory;
  readonly root: Root;
  readonly namespace: string;
  readonly bound: DirectoryBound;
  /** Makes a result of a file that is whole. */
  readonly adopt: (id: ResultId, file: NewResult, manifest: Manifest) => LocalResult | undefined;
  readonly onProblem: (error: EnclosureError) => void;
}

export class LocalWriter implements ResultWriter {
  readonly #id: ResultId;
  readonly #places: WriterPlaces;
  #kept: Buffer[] = [];
  #bytes = 0;
  #file: NewResult | undefined;
  #ended = false;
  /** One thing after the other: a caller may give up while a part is being written. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(id: ResultId, places: WriterPlaces) {
    this.#id = id;
    this.#places = places;
  }

  async part(bytes: Buffer): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#ended) return;
      this.#bytes += bytes.length;
      this.#kept.push(bytes);
      if (this.#file === undefined && this.#places.memory.fits(this.#bytes)) return;
      if (!(await this.#spill())) await this.#end();
    });
  }

  async commit(manifest: Manifest, manifestBytes: Buffer): Promise<LocalResult | undefined> {
    return await this.#inTurn(async () => {
      if (this.#ended) return undefined;
      this.#ended = true;
      if (this.#file !== undefined) return await this.#commitFile(this.#file, manifest, manifestBytes);
      const { memory, root, bound } = this.#places;
      const result = memoryResult(manifest, this.#kept);
      memory.put(this.#id, result);
      if (!root.shared || !bound.admits(this.#bytes)) return result;
      if (await this.#spill()) await this.#publish(manifestBytes);
      await this.#drop();
      return result;
    });
  }

  async abandon(): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#ended) await this.#end();
    });
  }

  async #commitFile(
    file: NewResult,
    manifest: Manifest,
    manifestBytes: Buffer,
  ): Promise<LocalResult | undefined> {
    // A result that must not or cannot stay is still here for its present readers.
    const stays = this.#places.bound.admits(this.#bytes) && (await this.#publish(manifestBytes));
    if (!stays) await file.discard();
    return this.#places.adopt(this.#id, file, manifest);
  }

  /** What is kept goes to the file. False where the disk refuses. */
  async #spill(): Promise<boolean> {
    const { root, namespace, onProblem } = this.#places;
    const name = resultName(this.#id);
    try {
      this.#file ??= await root.make(async (path) => await createResult(join(path, namespace, name)));
      if (this.#file === undefined) return false;
      for (const bytes of this.#kept) await this.#file.append(bytes);
      this.#kept = [];
      return true;
    } catch (error) {
      onProblem(diskProblem(error, 'written', this.#file?.base ?? name));
      return false;
    }
  }

  async #publish(manifestBytes: Buffer): Promise<boolean> {
    const { bound, onProblem } = this.#places;
    if (this.#file === undefined) return false;
    const { base } = this.#file;
    try {
      await this.#file.publish(manifestBytes);
    } catch (error) {
      onProblem(diskProblem(error, 'written', base));
      return false;
    }
    await bound.added(join(base, '..', '..'), base, this.#bytes);
    return true;
  }

  async #end(): Promise<void> {
    this.#ended = true;
    this.#kept = [];
    await this.#drop();
  }

  /** Of a file that was put in its place, only the descriptor goes. */
  async #drop(): Promise<void> {
    await this.#file?.discard();
    await this.#file?.closeFile();
    this.#file = undefined;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done;
    return await done;
  }
}
