/**
 * Trees of znodes as values. Paths are relative to the environment's root znode, '' for the root itself.
 *
 * Contents are named by their identities on both sides, so that they are compared without their bytes.
 */
import type { ContentId } from './content-id.ts';

/** What a znode should hold. */
export interface DesiredZnode {
  readonly content: ContentId;
  /** Length of its data in bytes. */
  readonly size: number;
}

/** The znodes of an environment at one commit. Iterates parents before children. */
export type DesiredTree = ReadonlyMap<string, DesiredZnode>;
