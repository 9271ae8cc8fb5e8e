/**
 * Bytes that arrived and were not consumed yet. Takes chunks as they come and gives them back by line and by length;
 * a value that lies across many chunks is copied once, so that the cost stays linear. No I/O.
 */
export class ByteQueue {
  #chunks: Buffer[] = [];
  /** Where the unread part of the first chunk begins. */
  #start = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The bytes before the next `delimiter`, which is dropped; undefined when it is not there yet. */
  takeUntil(delimiter: number): Buffer | undefined {
    let before = 0;
    for (const [index, chunk] of this.#chunks.entries()) {
      const from = index === 0 ? this.#start : 0;
      const at = chunk.indexOf(delimiter, from);
      if (at !== -1) {
        const bytes = this.take(before + at - from);
        this.skip(1);
        return bytes;
      }
      before += chunk.length - from;
    }
    return undefined;
  }

  /** Exactly `count` bytes, which must be there. May share memory with the chunk they came in. */
  take(count: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length - this.#start >= count) {
      const bytes = first.subarray(this.#start, this.#start + count);
      this.skip(count);
      return bytes;
    }
    const bytes = Buffer.allocUnsafe(count);
    let written = 0;
    while (written < count) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) throw new RangeError(`${count} bytes asked for, ${written} there`);
      const part = Math.min(count - written, chunk.length - this.#start);
      chunk.copy(bytes, written, this.#start, this.#start + part);
      written += part;
      this.skip(part);
    }
    return bytes;
  }

  /** Drops `count` bytes, which must be there. */
  skip(count: number): void {
    let left = count;
    this.#length -= count;
    while (left > 0) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) throw new RangeError(`${left} bytes to skip are not there`);
      const part = Math.min(left, chunk.length - this.#start);
      left -= part;
      this.#start += part;
      if (this.#start === chunk.length) {
        this.#chunks.shift();
        this.#start = 0;
      }
    }
  }
}
