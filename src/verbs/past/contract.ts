/** Questions about an environment's past, and their answers. */
import type { Change, CommitSummary, DeploymentRecord } from '../../model/deployment.ts';
import type { TimelineEntry } from '../../state/read-timeline.ts';
import type { LiveVerdict } from './live-verdict.ts';

export interface HistoryQuestion {
  /** How many at most. */
  readonly limit: number;
  /** Only what ended then or later; milliseconds since 1970. */
  readonly since?: number;
  /** Only deployments that changed this znode or one below it; relative to the root znode, or absolute. */
  readonly path?: string;
}

export interface History {
  /** Newest first. */
  readonly entries: readonly TimelineEntry[];
  /** What is not in the entries although it may belong there, as sentences. */
  readonly notes: readonly string[];
}

/** One deployment, with what it changed. */
export interface DeploymentDetails {
  readonly record: DeploymentRecord;
  /** In the order of the record. */
  readonly differences: readonly ChangedZnode[];
  readonly notes: readonly string[];
}

export interface ChangedZnode extends Pick<Change, 'path' | 'action'> {
  /** A unified diff, or a line that says why there is none; fit for a terminal. */
  readonly lines: readonly string[];
}

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
  readonly notes: readonly string[];
}

export interface BlameEntry {
  /** Below the root znode; '' for the root itself. */
  readonly path: string;
  readonly znode: string;
  /** In the repository; null for a directory without data, of which the last change below it is told. */
  readonly file: string | null;
  /** Null where git cannot say; `time`, of the commit, is null where only the record says it. */
  readonly commit: (CommitSummary & { readonly time: string | null }) | null;
  /** Null where no record tells; then, and where it is uncertain, `note` says why. */
  readonly deployment: DeploymentRecord | null;
  readonly live: LiveVerdict;
  readonly note?: string;
}

/** A revision; or a moment, in milliseconds since 1970. */
export type Moment = { readonly revision: number } | { readonly time: number };

export interface AtQuestion {
  readonly moment: Moment;
  /** Relative to the root znode, or absolute; default: the root. */
  readonly path?: string;
}

/** What an environment was. */
export interface EnvironmentAt {
  readonly environment: string;
  readonly revision: number;
  readonly commit: string;
  /** When that revision was applied; null where its record is gone. */
  readonly applied: string | null;
  /** What was asked about: '' for the root. */
  readonly path: string;
  /** The bytes of the file at `path`; absent for a directory without data. */
  readonly content?: { readonly file: string; readonly oid: string; readonly data: Buffer };
  /** The znodes at and below `path`, parents before children. */
  readonly znodes: readonly { readonly path: string; readonly oid: string; readonly size: number }[];
  readonly notes: readonly string[];
}
