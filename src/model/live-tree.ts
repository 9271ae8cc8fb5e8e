/** What a live znode holds, as far as a plan needs it. */
export interface LiveZnode {
  readonly oid: string;
  readonly size: number;
  /** ZooKeeper's data version, which every update and delete carries. */
  readonly version: number;
  readonly children: number;
  readonly ephemeral: boolean;
}

export type LiveTree = ReadonlyMap<string, LiveZnode>;

/** The blob id of empty data, for repositories with SHA-1 and with SHA-256 object names. */
export const emptyBlob = {
  sha1: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  sha256: '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
} as const;
