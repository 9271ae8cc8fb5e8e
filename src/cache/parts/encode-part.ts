/**
 * A part: some items of a fill or of a result, as one object in a store. It carries its own digest, so that a part that was
 * damaged or cut is recognised before anything else in it is used. A part that is wrong is undefined, never an error: what to do
 * about it is up to the reader. No I/O.
 *
 *   4 bytes  `ECP1`
 *   4 bytes  number of items, unsigned, big-endian
 *  32 bytes  SHA-256 of what follows
 *   then each item: 4 bytes length, unsigned, big-endian; the encoded item
 */
import { webcrypto } from 'node:crypto';

const magic = 0x45_43_50_31;
export const headerBytes = 40;
export const itemOverhead = 4;

export interface Part {
  readonly bytes: Buffer;
  readonly count: number;
  /** Of everything after the header, lower-case hexadecimal. */
  readonly sha256: string;
}

/** Hashed in the thread pool: the fill goes on meanwhile. */
export async function encodePart(items: readonly Uint8Array[]): Promise<Part> {
  const length = items.reduce((sum, item) => sum + itemOverhead + item.length, headerBytes);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeUInt32BE(magic, 0);
  bytes.writeUInt32BE(items.length, 4);
  let offset = headerBytes;
  for (const item of items) {
    bytes.writeUInt32BE(item.length, offset);
    bytes.set(item, offset + itemOverhead);
    offset += itemOverhead + item.length;
  }
  const digest = await sha256(bytes.subarray(headerBytes));
  digest.copy(bytes, 8);
  return { bytes, count: items.length, sha256: digest.toString('hex') };
}

/** Whether the bytes are one whole part and, where `expected` is given, that one. */
export async function isPart(bytes: Buffer, expected?: { readonly sha256: string }): Promise<boolean> {
  if (bytes.length < headerBytes || bytes.readUInt32BE(0) !== magic) return false;
  const said = bytes.subarray(8, headerBytes);
  if (expected !== undefined && said.toString('hex') !== expected.sha256) return false;
  // The digest is of what follows the header: that the header counts right is looked at apart.
  return (
    (await sha256(bytes.subarray(headerBytes))).equals(said) && countItems(bytes) === bytes.readUInt32BE(4)
  );
}

/** The items of a part; undefined where `isPart` says no. Views of the part's bytes. */
export async function decodePart(
  bytes: Buffer,
  expected?: { readonly sha256: string },
): Promise<readonly Buffer[] | undefined> {
  return (await isPart(bytes, expected)) ? [...itemsOf(bytes)] : undefined;
}

/**
 * The items of a part that was verified before, one after the other: the first is available before all are decoded. Throws
 * where it cannot have been: no item must be missing without a word.
 */
export function* itemsOf(bytes: Buffer): Generator<Buffer, void, undefined> {
  let offset = headerBytes;
  let count = 0;
  while (offset + itemOverhead <= bytes.length) {
    const start = offset + itemOverhead;
    offset = start + bytes.readUInt32BE(offset);
    count += 1;
    yield bytes.subarray(start, offset);
  }
  if (offset === bytes.length && count === bytes.readUInt32BE(4)) return;
  throw new RangeError('these bytes are not a part that was verified');
}

/** Without making a view of each. Undefined where the lengths do not add up. */
function countItems(bytes: Buffer): number | undefined {
  let offset = headerBytes;
  let count = 0;
  for (; offset + itemOverhead <= bytes.length; count += 1) {
    offset += itemOverhead + bytes.readUInt32BE(offset);
  }
  return offset === bytes.length ? count : undefined;
}

async function sha256(bytes: Uint8Array): Promise<Buffer> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
}
