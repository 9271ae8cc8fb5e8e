/** What the tests of level 1 share: results whose bytes follow from their number, and directories that go when a test ends. */
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Level1Cache, LocalResult, ResultId } from '../../../src/cache/level1/level1-cache.ts';
import { openLevel1, type Level1Options } from '../../../src/cache/level1/open-level1.ts';
import { encodeManifest, type Manifest } from '../../../src/cache/parts/manifest.ts';
import { encodePart } from '../../../src/cache/parts/encode-part.ts';
import type { EnclosureError } from '../../../src/base/enclosure-error.ts';

export interface Made {
  readonly id: ResultId;
  readonly parts: readonly Buffer[];
  readonly manifest: Manifest;
  readonly manifestBytes: Buffer;
  readonly digest: string;
  readonly bytes: number;
}

export const partBytes = 1000;
const overhead = 44;

/** Of parts of a thousand bytes each. */
export async function made(key: number, parts = 3, epoch = 1): Promise<Made> {
  const encoded = await Promise.all(
    Array.from({ length: parts }, async (_, index) =>
      encodePart([Buffer.alloc(partBytes - overhead, `${key}.${epoch}.${index};`)]),
    ),
  );
  const manifest: Manifest = {
    format: 1,
    epoch,
    count: parts,
    bytes: parts * (partBytes - overhead),
    parts: encoded.map(({ bytes, count, sha256 }, index) => {
      return { name: `result-${String(index).padStart(6, '0')}`, count, bytes: bytes.length, sha256 };
    }),
  };
  const { bytes: manifestBytes, digest } = encodeManifest(manifest);
  return {
    id: { key: key.toString(16).padStart(64, '0'), epoch, token: 'a1b2' },
    parts: encoded.map(({ bytes }) => bytes),
    manifest,
    manifestBytes,
    digest,
    bytes: parts * partBytes,
  };
}

export async function write(level1: Level1Cache, result: Made): Promise<LocalResult | undefined> {
  const writer = level1.begin(result.id);
  for (const part of result.parts) await writer.part(part);
  return await writer.commit(result.manifest, result.manifestBytes);
}

/** Reads all of it and closes it; the names of the parts that had to be repaired come with it. */
export async function read(
  local: LocalResult | undefined,
  whole?: Made,
): Promise<{ readonly parts: readonly Buffer[]; readonly repaired: readonly string[] }> {
  const parts: Buffer[] = [];
  const repaired: string[] = [];
  if (local === undefined) throw new Error('expected a result, found none');
  try {
    const repair = async (name: string): Promise<Buffer | undefined> => {
      repaired.push(name);
      return whole?.parts[whole.manifest.parts.findIndex((part) => part.name === name)];
    };
    for await (const part of local.parts(repair)) parts.push(part);
  } finally {
    await local.close();
  }
  return { parts, repaired };
}

export async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'enclosure-level1-'));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface Opened extends Level1Cache {
  readonly problems: readonly EnclosureError[];
}

export function opened(options: Partial<Level1Options> = {}): Opened {
  const problems: EnclosureError[] = [];
  const level1 = openLevel1({
    memoryBytes: 0,
    directoryBytes: 1_000_000,
    namespace: 'orders',
    onProblem: (error) => void problems.push(error),
    ...options,
  });
  onTestFinished(async () => await level1.close());
  return { ...level1, problems };
}

/** Where the files of a result are, without the ending. */
export function basePath(directory: string, { id }: Made): string {
  return join(directory, 'orders', id.key, `${id.epoch}-${id.token}`);
}

/** All files below a directory, relative, in order. */
export async function files(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}

/** The files of this process's descriptors that lie below a directory; empty where the system does not tell. */
export async function openBelow(directory: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(
    descriptors.map(async (name) => await readlink(`/proc/self/fd/${name}`).catch(() => '')),
  );
  return paths.filter((path) => path.startsWith(directory));
}
