/**
 * Makes a result: takes the items of the call, streams them into level 2 as raw parts, sorts and cleans them, writes the
 * parts of the result and, last, its manifest. Publishes nothing; that is the transaction in
 * `coordination/publish-result.ts`.
 *
 * Without `sort` and `clean` the raw parts are the result, and nothing is written twice.
 *
 * Fails with what the call fails with, `item-unencodable`, `store-failed`, or the signal's error. Removing what was written
 * until then is left to the caller.
 */
import { throwIfAborted } from '../../base/enclosure-error.ts';
import type { Codec, Fill } from '../bulk-cache-options.ts';
import type { ResultWriter } from '../level1/level1-cache.ts';
import { encodeManifest, manifestName, type Manifest, type ManifestPart } from '../parts/manifest.ts';
import type { Sorter } from '../sorting/sorter.ts';
import type { PartStore } from '../store/part-store.ts';
import { asFillError, unencodable } from './as-fill-error.ts';
import { bytesOf, PartWriter, type Stored } from './part-writer.ts';
import { takeItems } from './take-items.ts';

export interface ProduceOptions<T> {
  readonly fill: Fill<T>;
  readonly pages: boolean;
  readonly codec: Codec<T>;
  /** Undefined where there is nothing to sort or to clean. */
  readonly sorter: Sorter | undefined;
  readonly epoch: number;
  readonly store: PartStore;
  /** `<namespace>/<key>/<epoch>-<token>`. */
  readonly folder: string;
  /** Keeps the result in level 1. */
  readonly keep: ResultWriter;
  readonly onStored: (stored: Stored) => void;
  /** Called when the call has ended and its raw parts are stored. */
  readonly onComplete: () => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Produced {
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly digest: string;
  /** The names of the raw parts, unless they are the result. */
  readonly raw: readonly string[];
}

export async function produceResult<T>(options: ProduceOptions<T>): Promise<Produced> {
  const { store, folder, keep, sorter, signal, onStored } = options;
  const keepPart = (bytes: Buffer): Promise<void> => keep.part(bytes);
  const raw = new PartWriter({
    store,
    folder,
    kind: 'raw',
    signal,
    onStored,
    ...(sorter === undefined && { keep: keepPart }),
  });
  const result = new PartWriter({ store, folder, kind: 'result', signal, keep: keepPart });
  try {
    await take(options, raw);
    const rawParts = await raw.finish();
    await options.onComplete();
    if (sorter !== undefined) await arrange(sorter, result, signal);
    const parts = sorter === undefined ? rawParts : await result.finish();
    throwIfAborted(signal);
    const manifest = manifestOf(options.epoch, parts);
    const { bytes, digest } = encodeManifest(manifest);
    await store.put(`${folder}/${manifestName}`, bytes, signal);
    const leftover = sorter === undefined ? [] : rawParts.map(({ name }) => `${folder}/${name}`);
    return { manifest, manifestBytes: bytes, digest, raw: leftover };
  } finally {
    await Promise.all([raw.stop(), result.stop()]);
  }
}

async function take<T>(options: ProduceOptions<T>, raw: PartWriter): Promise<void> {
  const { fill, pages, codec, sorter, signal } = options;
  const items = takeItems(fill, pages, signal);
  let index = 0;
  for (;;) {
    const next = await items.next().catch((error: unknown) => {
      throw asFillError(error, 'the call that fills the cache');
    });
    if (next.done === true) return;
    const item = next.value;
    let bytes: Uint8Array;
    try {
      bytes = codec.encode(item);
    } catch (error) {
      await items.return();
      throw unencodable(error, index);
    }
    index += 1;
    try {
      const written = raw.add(bytes);
      if (written !== undefined) await written;
      const sorted = sorter?.add(bytes);
      if (sorted !== undefined) await sorted;
    } catch (error) {
      await items.return();
      throw asFillError(error, 'sorting');
    }
  }
}

async function arrange(sorter: Sorter, result: PartWriter, signal: AbortSignal): Promise<void> {
  try {
    for await (const batch of sorter.finish()) {
      throwIfAborted(signal);
      for (const bytes of batch) {
        const written = result.add(bytes);
        if (written !== undefined) await written;
      }
    }
  } catch (error) {
    throw asFillError(error, 'sorting or cleaning');
  }
}

function manifestOf(epoch: number, parts: readonly ManifestPart[]): Manifest {
  return {
    format: 1,
    epoch,
    count: parts.reduce((sum, part) => sum + part.count, 0),
    bytes: parts.reduce((sum, part) => sum + bytesOf(part), 0),
    parts,
  };
}
