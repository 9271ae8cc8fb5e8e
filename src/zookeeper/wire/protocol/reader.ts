/**
 * Reads the fields of one reply frame. Every step is checked against the frame's end, and what does not fit throws
 * `protocol-violated`: a broken reply must never be taken for data.
 *
 * Buffers that it returns are views of the frame. Whoever keeps one keeps the whole frame alive and copies it instead.
 */
import { EnclosureError } from '../../../base/enclosure-error.ts';

const empty = Buffer.alloc(0);

export class Reader {
  readonly #frame: Buffer;
  #offset = 0;

  /** `frame` without its length field. */
  constructor(frame: Buffer) {
    this.#frame = frame;
  }

  get remaining(): number {
    return this.#frame.length - this.#offset;
  }

  int(): number {
    return this.#frame.readInt32BE(this.skip(4));
  }

  bool(): boolean {
    return this.#frame[this.skip(1)] !== 0;
  }

  /** A long that is known to be small: a time in milliseconds. */
  safeLong(): number {
    const at = this.skip(8);
    return this.#frame.readInt32BE(at) * 0x1_0000_0000 + this.#frame.readUInt32BE(at + 4);
  }

  long(): bigint {
    const at = this.skip(8);
    const high = this.#frame.readInt32BE(at);
    // Transaction ids stay below 2^53 for the first two million elections: one small BigInt instead of three.
    if (high >= 0 && high < 0x20_0000) {
      const value = high * 0x1_0000_0000 + this.#frame.readUInt32BE(at + 4);
      return value === 0 ? 0n : BigInt(value);
    }
    return this.#frame.readBigInt64BE(at);
  }

  string(): string {
    const length = this.int();
    if (length <= 0) return '';
    const start = this.skip(length);
    return this.#frame.toString('utf8', start, start + length);
  }

  skipString(): void {
    const length = this.int();
    if (length > 0) this.skip(length);
  }

  /** A null buffer (length -1) reads as an empty one: to a znode it is the same. */
  bytes(): Buffer {
    const length = this.int();
    if (length <= 0) return empty;
    const start = this.skip(length);
    return this.#frame.subarray(start, start + length);
  }

  /** The length of a vector whose elements take at least `least` bytes each; a null vector (-1) reads as an empty one. */
  count(least: number): number {
    const count = this.int();
    if (count * least > this.remaining) throw violated(`a list of ${count} elements`, this.remaining);
    return Math.max(0, count);
  }

  /** The offset before the skipped bytes. */
  skip(length: number): number {
    const at = this.#offset;
    if (length > this.#frame.length - at) throw violated(`${length} more bytes`, this.#frame.length - at);
    this.#offset = at + length;
    return at;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.remaining > 0) throw violated('the end of the reply', this.remaining);
  }
}

function violated(expected: string, remaining: number): EnclosureError {
  return new EnclosureError('protocol-violated', "the server's reply cannot be read", {
    expected,
    found: `${remaining} bytes`,
  });
}
