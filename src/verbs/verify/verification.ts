import type { ContentId } from '../../model/content-id.ts';
import type { EnclosureError } from '../../base/enclosure-error.ts';
import type { Drift } from '../../model/plan.ts';
import type { State } from '../../model/state.ts';

/** What a live znode was found to be. */
export interface FoundZnode {
  readonly oid: ContentId;
  readonly size: number;
  readonly version: number;
  /** When it was last set, by the server's clock, ISO 8601. */
  readonly mtime: string;
  readonly ephemeral: boolean;
}

/** A znode that is not what the applied commit says. */
export interface DriftedZnode extends Drift {
  /** The size is null where only a deployment record tells of the znode. */
  readonly expected: { readonly oid: ContentId; readonly size: number | null };
  /** Null of one that is missing. */
  readonly found: FoundZnode | null;
  /** What differs, line by line; null where it is not shown. Values that may be secret are left out of it. */
  readonly difference: readonly string[] | null;
}

export interface UnmanagedZnode {
  readonly path: string;
  readonly found: FoundZnode;
}

export interface Verification {
  readonly environment: string;
  /** 0 before the first deployment; what stems from the state is null then. */
  readonly revision: number;
  readonly commit: string | null;
  readonly phase: State['phase'] | null;
  readonly znode: string | null;
  readonly repository: string | null;
  readonly branch: string | null;
  readonly directory: string | null;
  /** Git's id of the directory's tree at the commit; null where there is none, or git no longer has the commit. */
  readonly tree: string | null;
  /**
   * What the live tree was compared with: the commit, or what the deployment records still tell of it, where git no longer
   * has it; null where nothing was deployed.
   */
  readonly basis: 'commit' | 'records' | null;
  /** Znodes compared. */
  readonly znodes: number;
  /** Znodes of the revision of which nothing tells what they should be; always 0 where git has the commit. */
  readonly unknown: number;
  readonly drift: readonly Drift[];
  /** Live znodes that are not ours; where git no longer has the commit, only those that the records say were deleted. */
  readonly unmanaged: readonly string[];
  /** Drift and foreign znodes once more, with all that was found. */
  readonly differences: {
    readonly changed: readonly DriftedZnode[];
    readonly missing: readonly DriftedZnode[];
    readonly unmanaged: readonly UnmanagedZnode[];
  };
  /** Of the live tree without its ephemeral znodes, as members tell it in their receipts; null where there is no tree. */
  readonly digest: string | null;
  /** When the reading began, ISO 8601. */
  readonly time: string;
  readonly durationMs: number;
  /** Why the answer is not whole. */
  readonly error?: EnclosureError;
}
