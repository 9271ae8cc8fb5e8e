/**
 * The identity of a content: of the bytes that a znode holds or should hold. Two contents with one identity have the same
 * bytes, whatever made them: a file of git, or code of ours that merged, expanded or decrypted files.
 *
 * It is the hash of `blob <length>\0` and the bytes, by the hash of the environment's repository. That is how git names a
 * file, so that the desired tree has its identities without reading a byte, and a live znode is compared without asking
 * git (docs/decisions/0020). Only `src/git` and `src/sync/desired` may know that an identity is a name of git's; to
 * everybody else it is opaque, and its bytes come from the port `Contents`.
 */
import { createHash, hash } from 'node:crypto';

/** The hash that names objects. */
export type ObjectFormat = 'sha1' | 'sha256';

/** Lower-case hexadecimal, 40 digits, or 64 where the repository is a SHA-256 one. */
export type ContentId = string & { readonly of?: 'content' };

/** The identity of no bytes at all. */
export const emptyContent: Readonly<Record<ObjectFormat, ContentId>> = {
  sha1: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  sha256: '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
};

/** Whether nothing is to be read for it, in whatever repository. */
export function isEmptyContent(id: ContentId): boolean {
  return id === emptyContent.sha1 || id === emptyContent.sha256;
}

/** The identity of bytes that are at hand: of a live znode's, or of those that code of ours has made. */
export function contentIdOf(algorithm: ObjectFormat, data: Uint8Array): ContentId {
  if (data.length === 0) return emptyContent[algorithm];
  const header = `blob ${data.length}\0`;
  if (header.length + data.length > scratch.length) {
    return createHash(algorithm).update(header, 'latin1').update(data).digest('hex');
  }
  // Hashing in one go costs less than half of what a hash object costs, and most contents are small.
  const start = scratch.write(header, 'latin1');
  scratch.set(data, start);
  return hash(algorithm, scratch.subarray(0, start + data.length), 'hex');
}

const scratch = Buffer.allocUnsafeSlow(16 * 1024);
