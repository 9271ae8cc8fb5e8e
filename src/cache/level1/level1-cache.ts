/**
 * Level 1: finished results close to the process, in memory over a local directory. This is what the rest of the cache asks
 * of it.
 */
import type { Manifest } from '../parts/manifest.ts';

/** Names one result for ever: a key's digest, the epoch of its fill, and the token that tells apart epochs of a key that was dropped in between. */
export interface ResultId {
  /** Lower-case hexadecimal, 64 digits. */
  readonly key: string;
  readonly epoch: number;
  readonly token: string;
}

/** A result that is here, whole. Stays readable whatever happens to the cache, until it is closed. */
export interface LocalResult {
  readonly manifest: Manifest;
  readonly level: 'memory' | 'disk';
  /**
   * The parts in their order, each verified. A part whose bytes on the disk are damaged is asked of `repair`, checked, and
   * put back; where that is undefined or wrong too, this fails with `store-failed`. May be called more than once.
   */
  parts(repair: (name: string) => Promise<Buffer | undefined>): AsyncGenerator<Buffer, void, undefined>;
  /** Ends the right to read; never fails. What lies in memory stays where it is. */
  close(): Promise<void>;
}

/** Takes the parts of one result as they come, in the order of its manifest. */
export interface ResultWriter {
  /** Keeps the bytes, which must no longer change. Never fails: `commit` reports what could not be kept. */
  part(bytes: Buffer): Promise<void>;
  /** The result, open; undefined where it could not be kept (a full disk): it has to be read from level 2 then. */
  commit(manifest: Manifest, manifestBytes: Buffer): Promise<LocalResult | undefined>;
  /** Forgets what was taken; never fails. After `commit` it does nothing. */
  abandon(): Promise<void>;
}

export interface Level1Cache {
  /** A result that is in memory; nothing else is looked at, so this is what a hit costs. */
  inMemory(id: ResultId): LocalResult | undefined;
  /**
   * A result that is in memory or on the disk. One on the disk that fits goes into memory, verified; of another one only
   * the manifest is verified and the size compared, and each part when it is read. Undefined where it is not here whole.
   * @param manifestDigest the digest of the manifest that counts
   */
  find(id: ResultId, manifestDigest: string): Promise<LocalResult | undefined>;
  begin(id: ResultId): ResultWriter;
  /** The results of a key, except this one; never fails. */
  forget(key: string, except?: ResultId): Promise<void>;
  /** Removes the directory where it is our own. Never fails. */
  close(): Promise<void>;
}
