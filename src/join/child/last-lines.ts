/** Keeps the end of an output of any length. */
import { stripVTControlCharacters } from 'node:util';

const keptBytes = 4096;

export class LastLines {
  #kept: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-keptBytes);
  }

  /** The lines that hold text, without colours; the first may have lost its beginning. */
  read(): string[] {
    const text = stripVTControlCharacters(this.#kept.toString('utf8'));
    return text
      .split(/[\r\n]+/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
}
