import type { CommitSummary, DeploymentRecord } from '../../model/deployment-record.ts';
import type { LiveVerdict } from '../past/live-verdict.ts';

export interface BlameQuestion {
  /** Relative to the root znode, or absolute. */
  readonly path: string;
  /** The znode and everything below it. */
  readonly tree?: boolean;
}

export interface Blame {
  readonly environment: string;
  /** What is applied. */
  readonly revision: number;
  readonly commit: string;
  /** Parents first; without `tree` exactly one. */
  readonly entries: readonly BlameEntry[];
  readonly remarks: readonly string[];
}

export interface BlameEntry {
  /** Below the root znode; '' for the root itself. */
  readonly path: string;
  readonly znode: string;
  /** In the repository; null for a directory without data, of which the last change below it is told. */
  readonly file: string | null;
  /** Null where git cannot say; `time`, of the commit, is null where only the record says it. */
  readonly commit: (CommitSummary & { readonly time: string | null }) | null;
  /** Null where no record tells; then, and where it is uncertain, `remark` says why. */
  readonly deployment: DeploymentRecord | null;
  readonly live: LiveVerdict;
  readonly remark?: string;
}
