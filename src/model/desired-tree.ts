/**
 * Trees of znodes as values. Paths are relative to the environment's root znode, '' for the root itself.
 *
 * Contents are named by git's blob id, on both sides: git gives it for the desired tree without reading a byte, and
 * for a live znode it is the hash of `blob <length>\0` and its data. A znode without data has the empty blob's id.
 */

/** What a znode should hold. */
export interface DesiredZnode {
  /** Blob id, lower-case hexadecimal (40 digits, or 64 in a SHA-256 repository). */
  readonly oid: string;
  /** Length of its data in bytes. */
  readonly size: number;
}

/** The znodes of an environment at one commit. Iterates parents before children. */
export type DesiredTree = ReadonlyMap<string, DesiredZnode>;
