/**
 * A run: sorted entries in a temporary file. Each is stored as its length, 4 bytes, and its bytes; the decoded value is
 * made again when the run is read. Fails with `store-failed`, and as the codec does.
 */
import { costOf, type Entry, type Source } from './entry.ts';
import { turnBytes } from './read-in-turns.ts';
import { spillCut } from './as-spill-failure.ts';
import type { SpillFile, SpillFolder } from './spill-folder.ts';

export interface Run {
  readonly path: string;
  readonly bytes: number;
}

const lengthBytes = 4;

/** One write for each array of entries. */
export async function writeRun<T>(
  folder: SpillFolder,
  turns: AsyncIterable<readonly Entry<T>[]>,
): Promise<Run> {
  const file = await folder.create();
  let buffer = Buffer.allocUnsafeSlow(0);
  let bytes = 0;
  for await (const entries of turns) {
    const length = entries.reduce((sum, entry) => sum + lengthBytes + entry.bytes.length, 0);
    // Reused for every turn: that much memory outside the heap would be freed late.
    if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
    let offset = 0;
    for (const entry of entries) {
      buffer.writeUInt32BE(entry.bytes.length, offset);
      buffer.set(entry.bytes, offset + lengthBytes);
      offset += lengthBytes + entry.bytes.length;
    }
    await file.append(buffer.subarray(0, length));
    bytes += length;
  }
  await file.close();
  return { path: file.path, bytes };
}

/** How many runs are read at once within these bytes, and how many bytes of each. */
export function readingPlan(
  memoryBytes: number,
  largestItem: number,
): { readonly fanIn: number; readonly blockBytes: number } {
  const blockBytes = clamp(Math.floor(memoryBytes / 128), 4096, turnBytes);
  // Of every run a block is held, which is as large as its largest item, and one entry.
  const each = Math.max(blockBytes, largestItem) + costOf(largestItem, true);
  return { blockBytes, fanIn: clamp(Math.floor(memoryBytes / each), 2, 128) };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** Opens the file when it is first asked for an entry, and removes it after the last one. */
export class RunReader<T> implements Source<T> {
  readonly #folder: SpillFolder;
  readonly #run: Run;
  readonly #decode: ((bytes: Uint8Array) => T) | undefined;
  readonly #blockBytes: number;
  #file: SpillFile | undefined;
  /** Where in the file the next read begins. */
  #position = 0;
  #block = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  /** @param decode none where entries are handed out without their items. */
  constructor(
    folder: SpillFolder,
    run: Run,
    blockBytes: number,
    decode: ((bytes: Uint8Array) => T) | undefined,
  ) {
    this.#folder = folder;
    this.#run = run;
    this.#blockBytes = blockBytes;
    this.#decode = decode;
  }

  next(): Entry<T> | undefined | Promise<Entry<T> | undefined> {
    const there = this.#end - this.#start;
    if (there === 0 && this.#position === this.#run.bytes) return this.#finished();
    const wanted = lengthBytes + (there < lengthBytes ? 0 : this.#block.readUInt32BE(this.#start));
    if (there < lengthBytes || there < wanted) return this.#readMore(wanted).then(() => this.next());
    // A copy, since the block is reused: a decoded value may be a view of its bytes, and `clean` may keep it.
    const bytes = Buffer.from(this.#block.subarray(this.#start + lengthBytes, this.#start + wanted));
    this.#start += wanted;
    return { bytes, item: this.#decode?.(bytes) };
  }

  async #readMore(wanted: number): Promise<void> {
    this.#file ??= await this.#folder.open(this.#run.path);
    const rest = this.#block.subarray(this.#start, this.#end);
    const size = Math.max(this.#blockBytes, wanted);
    // One that was made for a large item is not kept for the small ones after it.
    const block = this.#block.length === size ? this.#block : Buffer.allocUnsafeSlow(size);
    block.set(rest);
    const left = this.#run.bytes - this.#position;
    const read = await this.#file.read(block.subarray(rest.length, rest.length + left), this.#position);
    if (read === 0) throw spillCut(this.#run.path, this.#position, this.#run.bytes);
    this.#block = block;
    this.#start = 0;
    this.#end = rest.length + read;
    this.#position += read;
  }

  #finished(): undefined | Promise<undefined> {
    const file = this.#file;
    if (file === undefined) return undefined;
    this.#file = undefined;
    this.#block = Buffer.alloc(0);
    this.#start = 0;
    this.#end = 0;
    return file.remove().then(() => undefined);
  }
}
