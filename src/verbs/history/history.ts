import type { TimelineEntry } from '../../state/read-timeline.ts';

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
  readonly remarks: readonly string[];
}
