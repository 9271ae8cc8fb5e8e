/**
 * Writes one request frame into one buffer of a length that the caller has computed exactly: no intermediate buffers,
 * no growing. All numbers are big-endian; a string or a buffer is its length as an int and its bytes (jute's format).
 *
 * Writing past the end throws a RangeError: the computed length was wrong, which is a bug and no condition.
 */
export class Writer {
  readonly buffer: Buffer;
  #offset = 0;

  /** `length` without the frame's own length field, which is written here. */
  constructor(length: number) {
    this.buffer = Buffer.allocUnsafe(4 + length);
    this.int(length);
  }

  int(value: number): void {
    this.#offset = this.buffer.writeInt32BE(value, this.#offset);
  }

  long(value: bigint): void {
    this.#offset = this.buffer.writeBigInt64BE(value, this.#offset);
  }

  bool(value: boolean): void {
    this.#offset = this.buffer.writeUInt8(value ? 1 : 0, this.#offset);
  }

  string(text: string): void {
    this.prefixed(noBytes, text);
  }

  /** A string that begins with bytes already encoded (the chroot) and goes on with `text`. */
  prefixed(prefix: Uint8Array, text: string): void {
    const start = this.#offset;
    this.#offset += 4;
    this.raw(prefix);
    this.#text(text);
    this.buffer.writeInt32BE(this.#offset - start - 4, start);
  }

  bytes(data: Uint8Array): void {
    this.int(data.length);
    this.raw(data);
  }

  /** Bytes as they are, without a length. */
  raw(data: Uint8Array): void {
    if (data.length === 0) return;
    this.buffer.set(data, this.#offset);
    this.#offset += data.length;
  }

  /** The finished frame, length field included; `length` bytes must have been written. */
  finish(): Buffer {
    if (this.#offset !== this.buffer.length) {
      throw new RangeError(`wrote ${this.#offset} bytes into a frame of ${this.buffer.length}`);
    }
    return this.buffer;
  }

  #text(text: string): void {
    const { buffer } = this;
    const { length } = text;
    // Znode paths are short and nearly always ASCII: a loop beats the call into native code.
    if (length <= shortText) {
      let offset = this.#offset;
      let index = 0;
      for (; index < length; index += 1) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) break;
        buffer[offset] = code;
        offset += 1;
      }
      if (index === length && offset <= buffer.length) {
        this.#offset = offset;
        return;
      }
    }
    const room = buffer.length - this.#offset;
    const wanted = Buffer.byteLength(text);
    if (wanted > room) throw new RangeError(`a text of ${wanted} bytes does not fit into ${room}`);
    this.#offset += buffer.write(text, this.#offset, 'utf8');
  }
}

const shortText = 96;
const noBytes = new Uint8Array(0);

/** The length of a string or buffer field of this many bytes. */
export function fieldLength(bytes: number): number {
  return 4 + bytes;
}

/** The length of a text in UTF-8. A lone surrogate counts three, as it is written: U+FFFD. */
export function textLength(text: string): number {
  const { length } = text;
  if (length > shortText) return Buffer.byteLength(text);
  for (let index = 0; index < length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return Buffer.byteLength(text);
  }
  return length;
}
