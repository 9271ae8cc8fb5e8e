/**
 * Cuts a byte stream into frames: a length as an int, then as many bytes. Copes with any chunking, and copies each
 * frame into a buffer of its own, so that the chunk's memory may be used again and a frame keeps nothing else alive.
 */
import { EnclosureError } from '../../../base/enclosure-error.ts';

/** Listings have no limit on the server; a reply beyond this is a broken length, not an answer. */
export const maxReplyLength = 512 * 1024 * 1024;

export class FrameSplitter {
  readonly #onFrame: (frame: Buffer) => void;
  readonly #header = Buffer.alloc(4);
  #headerFilled = 0;
  #frame: Buffer | undefined;
  #filled = 0;

  /** `onFrame` gets every whole frame without its length field. */
  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** Throws `protocol-violated` on an impossible length; nothing may be pushed afterwards. */
  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#frame === undefined) {
        while (this.#headerFilled < 4 && offset < chunk.length) {
          this.#header[this.#headerFilled] = chunk[offset] ?? 0;
          this.#headerFilled += 1;
          offset += 1;
        }
        if (this.#headerFilled < 4) return;
        this.#frame = Buffer.allocUnsafe(this.#takeLength());
        this.#filled = 0;
      }
      const part = Math.min(this.#frame.length - this.#filled, chunk.length - offset);
      this.#frame.set(chunk.subarray(offset, offset + part), this.#filled);
      this.#filled += part;
      offset += part;
      if (this.#filled === this.#frame.length) {
        const frame = this.#frame;
        this.#frame = undefined;
        this.#onFrame(frame);
      }
    }
  }

  #takeLength(): number {
    const length = this.#header.readInt32BE(0);
    this.#headerFilled = 0;
    if (length < 0 || length > maxReplyLength) {
      throw new EnclosureError('protocol-violated', 'the peer sent no ZooKeeper frame', {
        expected: `a length of 0 to ${maxReplyLength}`,
        found: String(length),
        next: 'Check that the port is the client port of a ZooKeeper server, without TLS.',
      });
    }
    return length;
  }
}
