/**
 * Reads a result from level 2: its manifest, which must be the one that the state in ZooKeeper names, and its parts, each
 * of which must be the one that the manifest names. What is missing or damaged is undefined; a store that does not answer
 * is `store-failed`, because that proves nothing.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { FinishedResult } from '../coordination/parse-entry.ts';
import { decodeManifest, manifestName, type Manifest, type ManifestPart } from '../parts/manifest.ts';
import { isPart } from '../parts/encode-part.ts';
import type { PartStore } from '../store/part-store.ts';

export interface StoredManifest {
  readonly manifest: Manifest;
  readonly bytes: Buffer;
}

/** @param folder of the result */
export async function readManifest(
  store: PartStore,
  folder: string,
  { digest }: Pick<FinishedResult, 'digest'>,
  signal: AbortSignal,
): Promise<StoredManifest | undefined> {
  const bytes = await store.get(`${folder}/${manifestName}`, signal);
  const manifest = bytes === undefined ? undefined : decodeManifest(bytes, digest);
  return bytes === undefined || manifest === undefined ? undefined : { manifest, bytes };
}

export async function readPart(
  store: PartStore,
  folder: string,
  part: Pick<ManifestPart, 'name' | 'sha256'>,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const bytes = await store.get(`${folder}/${part.name}`, signal);
  if (bytes === undefined || !(await isPart(bytes, part))) return undefined;
  return bytes;
}

const readAhead = 4;

/** The parts in their order, some ahead of the reader. Ends with undefined at the first that is missing or damaged. */
export async function* readParts(
  store: PartStore,
  folder: string,
  parts: readonly ManifestPart[],
  signal: AbortSignal,
): AsyncGenerator<Buffer | undefined, void, undefined> {
  const ahead: Promise<Buffer | undefined>[] = [];
  let next = 0;
  const begin = (): void => {
    for (; next < parts.length && ahead.length < readAhead; next += 1) {
      const reading = readPart(store, folder, parts[next] as ManifestPart, signal);
      reading.catch(() => undefined);
      ahead.push(reading);
    }
  };
  for (begin(); ahead.length > 0; begin()) {
    const bytes = await ahead.shift();
    yield bytes;
    if (bytes === undefined) return;
  }
}

export function partGone(store: PartStore, folder: string): EnclosureError {
  return new EnclosureError('store-failed', 'a part of the result is missing or damaged in level 2', {
    where: `${store.place}, ${folder}`,
    found: 'items before it have already been handed out',
    next: 'Ask again: the result will be made again.',
  });
}
