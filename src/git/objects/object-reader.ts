/**
 * Reads objects from the local copy. Few of them go through a process that stays (starting one costs as much as
 * reading hundreds of objects); many go through one of their own that buffers.
 */
import type { ContentIds, ReadOptions } from '../../model/ports/contents.ts';
import { throwIfAborted } from '../../base/enclosure-error.ts';
import type { CatFile, CatFileMode, FoundObject, NoObject } from './cat-file.ts';
import { BrokenCopyError } from '../process/fetch-failure.ts';
import { NameWriter, type NameIterator } from './name-writer.ts';

/** In one batch. */
const batchLimit = 500;
/** Up to this many names are answered by the process that stays. */
const few = 64;

export class ObjectReader {
  readonly #start: (mode: CatFileMode, signal?: AbortSignal) => CatFile;
  readonly #idle: CatFile[] = [];
  readonly #running = new Set<CatFile>();

  constructor(start: (mode: CatFileMode, signal?: AbortSignal) => CatFile) {
    this.#start = start;
  }

  /** Starts the process that stays, so that it is there when it is needed. */
  warm(): void {
    if (this.#idle.length === 0) this.#idle.push(this.#track(this.#start('session')));
  }

  /**
   * The objects in the order asked. The copy holds whatever its commits need, so a missing one means that it is
   * damaged. When the caller stops early, the rest is not read. The names must not depend on the answers: git gives
   * them when its buffer is full.
   */
  async *read(oids: ContentIds, options: ReadOptions = {}): AsyncGenerator<FoundObject, void, undefined> {
    for await (const batch of this.readBatches(oids, options)) yield* batch;
  }

  /** The same, as many at a time as are there without waiting. */
  async *readBatches(
    oids: ContentIds,
    options: ReadOptions = {},
  ): AsyncGenerator<readonly FoundObject[], void, undefined> {
    const names = iterate(oids);
    const first: string[] = [];
    while (first.length <= few) {
      const name = await names.next();
      if (name.done === true) {
        for await (const answer of this.#readFew(first, options)) yield [found(answer)];
        return;
      }
      first.push(name.value);
    }
    yield* this.#readMany('bulk', first, names, options);
  }

  /** Type and size of each object. */
  async sizes(oids: ReadonlySet<string>, options: ReadOptions = {}): Promise<Map<string, number>> {
    const sizes = new Map<string, number>();
    if (oids.size <= few) {
      for await (const answer of this.#readFew([...oids], { ...options, keep: -1 })) note(found(answer));
    } else {
      for await (const batch of this.#readMany('sizes', [], iterate(oids), options)) batch.forEach(note);
    }
    return sizes;

    function note({ id, size }: FoundObject): void {
      sizes.set(id, size);
    }
  }

  /** Answers to a few names (anything that `git rev-parse` understands), all of them before it returns. */
  async ask(names: readonly string[], options: ReadOptions = {}): Promise<(FoundObject | NoObject)[]> {
    const answers: (FoundObject | NoObject)[] = [];
    for await (const answer of this.#readFew(names, options)) answers.push(answer);
    return answers;
  }

  /** Ends every process; a `read` that is still going on fails. */
  async close(): Promise<void> {
    this.#idle.length = 0;
    await Promise.all([...this.#running].map(async (process) => await this.#end(process)));
  }

  async *#readFew(
    names: readonly string[],
    options: ReadOptions,
  ): AsyncGenerator<FoundObject | NoObject, void, undefined> {
    throwIfAborted(options.signal);
    if (names.length === 0) return;
    const session = this.#takeIdle();
    let answered = 0;
    try {
      await session.write(names.map((name) => `${name}\n`).join(''));
      while (answered < names.length) {
        const answer = await session.next(options.keep ?? Infinity);
        answered += 1;
        throwIfAborted(options.signal);
        if (answered === names.length) this.#idle.push(session);
        yield answer;
      }
    } finally {
      // Answers that nobody took would be taken for those to the next question.
      if (answered < names.length) await this.#end(session);
    }
  }

  async *#readMany(
    mode: 'bulk' | 'sizes',
    first: readonly string[],
    rest: NameIterator,
    options: ReadOptions,
  ): AsyncGenerator<readonly FoundObject[], void, undefined> {
    throwIfAborted(options.signal);
    const git = this.#track(this.#start(mode, options.signal));
    const feed = new NameWriter(first, rest, git);
    const { keep = Infinity, views } = options;
    let answered = 0;
    try {
      for (;;) {
        const batch: FoundObject[] = [];
        while (batch.length < batchLimit && feed.tryExpects(answered) === true) {
          const answer = git.tryNext(keep, views);
          if (answer === undefined) break;
          batch.push(found(answer));
          answered += 1;
        }
        feed.answered(answered);
        if (batch.length > 0) {
          yield batch;
          continue;
        }
        while (feed.tryExpects(answered) === undefined) await feed.progress();
        if (feed.tryExpects(answered) === false) return;
        yield [found(await git.next(keep, views))];
        answered += 1;
      }
    } catch (error) {
      // Git ends as well when the names stop coming; why they did is the cause.
      feed.throwIfFailed();
      throw error;
    } finally {
      feed.stop();
      await this.#end(git);
    }
  }

  #takeIdle(): CatFile {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.ended) return idle;
    }
    return this.#track(this.#start('session'));
  }

  #track(process: CatFile): CatFile {
    this.#running.add(process);
    return process;
  }

  async #end(process: CatFile): Promise<void> {
    this.#running.delete(process);
    await process.close();
  }
}

function found(answer: FoundObject | NoObject): FoundObject {
  if (answer.id !== undefined) return answer;
  throw new BrokenCopyError('git cat-file', `no object ${answer.name}`);
}

function iterate(names: ContentIds): NameIterator {
  return Symbol.asyncIterator in names ? names[Symbol.asyncIterator]() : names[Symbol.iterator]();
}
