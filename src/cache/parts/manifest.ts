/**
 * The manifest of a result: its parts in their order, each with its digest. It is written last, and the state in ZooKeeper
 * holds the manifest's own digest: so a result is whole and unchanged, or recognised as damaged. No I/O.
 */
import { createHash } from 'node:crypto';

export interface ManifestPart {
  /** Without the folder of the result: `result-000000`. */
  readonly name: string;
  readonly count: number;
  /** The size of the object with its header. */
  readonly bytes: number;
  /** As in the part's header. */
  readonly sha256: string;
}

export interface Manifest {
  readonly format: 1;
  readonly epoch: number;
  /** The number of all items. */
  readonly count: number;
  /** The size of all encoded items, without headers. */
  readonly bytes: number;
  readonly parts: readonly ManifestPart[];
}

export const manifestName = 'manifest';

export function encodeManifest(manifest: Manifest): { readonly bytes: Buffer; readonly digest: string } {
  const bytes = Buffer.from(`${JSON.stringify(manifest)}\n`);
  return { bytes, digest: digestOf(bytes) };
}

/**
 * Undefined where the bytes are not those that the digest is of, and of a format that came after this program: it is a miss
 * then. More is not checked, since what has the right digest was written by `encodeManifest`.
 */
export function decodeManifest(bytes: Uint8Array, digest: string): Manifest | undefined {
  if (digestOf(bytes) !== digest) return undefined;
  const manifest = JSON.parse(Buffer.from(bytes).toString()) as Manifest | { readonly format: unknown };
  return manifest.format === 1 ? (manifest as Manifest) : undefined;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
