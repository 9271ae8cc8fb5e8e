/**
 * A result on the disk, held open: it can be read to its end even if another process removes it. Every part is verified
 * before it is handed out; a damaged one is requested elsewhere and put back. Fails with `store-failed` if that one is
 * damaged too, and as `repair` does.
 */
import type { FileHandle } from 'node:fs/promises';
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Manifest, ManifestPart } from '../parts/manifest.ts';
import { isPart } from '../parts/encode-part.ts';
import type { LocalResult } from './level1-cache.ts';
import { readAt, writeAt } from './read-at.ts';

type Repair = Parameters<LocalResult['parts']>[0];

interface PlacedPart extends ManifestPart {
  readonly position: number;
}

export class ResultFile {
  readonly manifest: Manifest;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #parts: readonly PlacedPart[];
  readonly #onClosed: () => void;
  #readers = 0;
  #closed = false;

  constructor(path: string, handle: FileHandle, manifest: Manifest, onClosed: () => void) {
    this.#path = path;
    this.#handle = handle;
    this.manifest = manifest;
    this.#parts = place(manifest);
    this.#onClosed = onClosed;
  }

  /** One descriptor for all simultaneous readers; undefined once the last of them has closed. */
  share(): LocalResult | undefined {
    if (this.#closed) return undefined;
    this.#readers += 1;
    let open = true;
    return {
      manifest: this.manifest,
      level: 'disk',
      parts: (repair) => this.#read(repair),
      close: async () => {
        if (open) this.#readers -= 1;
        open = false;
        if (this.#readers === 0) await this.close();
      },
    };
  }

  /** All parts; undefined where any is damaged. */
  async whole(): Promise<readonly Buffer[] | undefined> {
    const whole: Buffer[] = [];
    for (const part of this.#parts) {
      const bytes = await this.#verified(part);
      if (bytes === undefined) return undefined;
      whole.push(bytes);
    }
    return whole;
  }

  /** For all readers; never fails. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClosed();
    await this.#handle.close().catch(() => undefined);
  }

  async *#read(repair: Repair): AsyncGenerator<Buffer, void, undefined> {
    let ahead = this.#verified(this.#parts[0]);
    try {
      for (const [index, part] of this.#parts.entries()) {
        const bytes = await ahead;
        // The next one is read while the caller works on this one.
        ahead = this.#verified(this.#parts[index + 1]);
        yield bytes ?? (await this.#repaired(part, repair));
      }
    } finally {
      await ahead;
    }
  }

  /** Undefined if the bytes are not those of the manifest, or the disk cannot read them. Never fails. */
  async #verified(part: PlacedPart | undefined): Promise<Buffer | undefined> {
    if (part === undefined) return undefined;
    try {
      const bytes = await readAt(this.#handle, part.position, part.bytes);
      return bytes !== undefined && (await isThisPart(bytes, part)) ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  async #repaired(part: PlacedPart, repair: Repair): Promise<Buffer> {
    const bytes = await repair(part.name);
    if (bytes === undefined || !(await isThisPart(bytes, part))) {
      throw new EnclosureError('store-failed', 'a part of the result is damaged', {
        where: `${this.#path}, part ${part.name}`,
        expected: 'a whole one in level 2',
        found: bytes === undefined ? 'none' : 'a different part',
        next: 'Ask for the result again: it will be made again.',
      });
    }
    // For the next readers; this one has the part, whether the disk takes it or not.
    await writeAt(this.#handle, part.position, bytes).catch(() => undefined);
    return bytes;
  }
}

async function isThisPart(bytes: Buffer, { bytes: length, sha256 }: ManifestPart): Promise<boolean> {
  return bytes.length === length && (await isPart(bytes, { sha256 }));
}

function place({ parts }: Manifest): readonly PlacedPart[] {
  let end = 0;
  return parts.map((part) => {
    const position = end;
    end += part.bytes;
    return { ...part, position };
  });
}
