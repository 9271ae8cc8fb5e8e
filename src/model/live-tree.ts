import type { ContentId } from './content-id.ts';

/** What a live znode holds, as far as a plan needs it. */
export interface LiveZnode {
  readonly content: ContentId;
  readonly size: number;
  /** ZooKeeper's data version, which every update and delete carries. */
  readonly version: number;
  readonly children: number;
  readonly ephemeral: boolean;
}

export type LiveTree = ReadonlyMap<string, LiveZnode>;
