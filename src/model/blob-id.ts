/** Git's name for contents: the hash of `blob <length>\0` and the bytes. With it, a znode is compared without git. */
import { createHash, hash } from 'node:crypto';
import type { ObjectFormat } from './ports/git-repository.ts';
import { emptyBlob } from './live-tree.ts';

/** Lower-case hexadecimal, 40 or 64 digits. */
export function blobId(algorithm: ObjectFormat, data: Uint8Array): string {
  if (data.length === 0) return emptyBlob[algorithm];
  const header = `blob ${data.length}\0`;
  if (header.length + data.length > scratch.length) {
    return createHash(algorithm).update(header, 'latin1').update(data).digest('hex');
  }
  // Hashing in one go costs less than half of what a hash object costs, and most files are small.
  const start = scratch.write(header, 'latin1');
  scratch.set(data, start);
  return hash(algorithm, scratch.subarray(0, start + data.length), 'hex');
}

const scratch = Buffer.allocUnsafeSlow(16 * 1024);
