/**
 * Writes items to level 2 as parts: large ones while items come quickly; otherwise whatever has arrived after a while, at
 * first almost at once and then less and less often, so that a slow call does not make thousands of tiny parts. Several
 * parts are written at a time; if items are added faster than the store takes them, adding has to wait.
 */
import { encodePart, headerBytes, itemOverhead } from '../parts/encode-part.ts';
import type { ManifestPart } from '../parts/manifest.ts';
import type { PartStore } from '../store/part-store.ts';

export const partBytes = 1024 * 1024;
export const partsUnderWay = 4;
const firstWaitMs = 20;
const longestWaitMs = 1000;
const partsPerStep = 8;

export interface PartWriterOptions {
  readonly store: PartStore;
  /** `<namespace>/<key>/<epoch>-<token>`. */
  readonly folder: string;
  readonly kind: 'raw' | 'result';
  readonly signal: AbortSignal;
  /** Gets every part, in order, before it is stored. */
  readonly keep?: (bytes: Buffer) => Promise<void>;
  /** Called when more parts, without a gap, are in the store. If set, parts are also made of what has arrived after a while. */
  readonly onStored?: (stored: Stored) => void;
}

/** What is in the store from the first part on. */
export interface Stored {
  readonly parts: number;
  readonly items: number;
  readonly bytes: number;
}

export function partName(kind: 'raw' | 'result', index: number): string {
  return `${kind}-${String(index).padStart(6, '0')}`;
}

/** The size of the encoded items. */
export function bytesOf(part: Pick<ManifestPart, 'count' | 'bytes'>): number {
  return part.bytes - headerBytes - part.count * itemOverhead;
}

export class PartWriter {
  readonly #options: PartWriterOptions;
  readonly #parts: (ManifestPart | undefined)[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #stored: Stored = { parts: 0, items: 0, bytes: 0 };
  #items: Uint8Array[] = [];
  #size = 0;
  #encoding: Promise<unknown> = Promise.resolve();
  #lastFlush = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: PartWriterOptions) {
    this.#options = options;
  }

  /** What is returned has to be awaited before the next item is added. Fails as the store does, maybe later than it. */
  add(item: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#items.push(item);
    this.#size += itemOverhead + item.length;
    if (this.#size >= partBytes) {
      this.#flush();
      return this.#underWay.size >= partsUnderWay ? this.#room() : undefined;
    }
    this.#flushLater();
    return undefined;
  }

  /** All parts, when they are in the store. */
  async finish(): Promise<readonly ManifestPart[]> {
    this.#flush();
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#parts.filter((part) => part !== undefined);
  }

  /** Adds no part any more; resolves when nothing is on its way. Never fails. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#items = [];
    await Promise.allSettled(this.#underWay);
  }

  async #room(): Promise<void> {
    while (this.#underWay.size >= partsUnderWay) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** One slot is reserved for `add`: a slow store gets larger parts, not more of them. */
  #flushLater(): void {
    if (this.#options.onStored === undefined || this.#timer !== undefined) return;
    if (this.#items.length === 0 || this.#failure !== undefined) return;
    if (this.#underWay.size >= partsUnderWay - 1) return;
    const waitMs = Math.min(longestWaitMs, firstWaitMs * (1 + this.#parts.length / partsPerStep));
    const due = this.#lastFlush + waitMs - performance.now();
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, due));
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const items = this.#items;
    if (items.length === 0 || this.#failure !== undefined) return;
    this.#items = [];
    this.#size = 0;
    this.#lastFlush = performance.now();
    const index = this.#parts.length;
    this.#parts.push(undefined);
    const stored = this.#store(items, index)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#underWay.delete(stored);
        this.#flushLater();
      });
    this.#underWay.add(stored);
  }

  async #store(items: readonly Uint8Array[], index: number): Promise<void> {
    const { store, folder, kind, signal, keep } = this.#options;
    const name = partName(kind, index);
    const encoded = this.#encoding.then(async () => {
      const part = await encodePart(items);
      await keep?.(part.bytes);
      return part;
    });
    this.#encoding = encoded.catch(() => undefined);
    const { bytes, count, sha256 } = await encoded;
    await store.put(`${folder}/${name}`, bytes, signal);
    this.#parts[index] = { name, count, bytes: bytes.length, sha256 };
    this.#advance();
  }

  #advance(): void {
    const before = this.#stored.parts;
    for (;;) {
      const { parts, items, bytes } = this.#stored;
      const part = this.#parts[parts];
      if (part === undefined) break;
      this.#stored = { parts: parts + 1, items: items + part.count, bytes: bytes + bytesOf(part) };
    }
    if (this.#stored.parts > before) this.#options.onStored?.(this.#stored);
  }
}
