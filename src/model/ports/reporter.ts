/**
 * Hears of every run that has ended, whoever asked for it. A reporter cannot fail the run: what it throws is passed over, and
 * the next one hears of the run all the same.
 */
import type { SharedFetchEvent } from '../shared-fetch-event.ts';
import type { SyncReport } from '../sync/sync-report.ts';
import type { SyncRequest } from '../sync/sync-request.ts';

/** What is known of the request of a run: rollbacks and repairs have no delivery. */
export type ReportedRequest = Pick<SyncRequest, 'environment' | 'reason' | 'actor' | 'delivery' | 'time'>;

export interface RunMeasure {
  readonly durationMs: number;
  /** Absent when the run did not come as far as asking for the lock. */
  readonly lockWaitMs?: number;
  readonly ended: Date;
}

export interface Reporter {
  /**
   * A run that ended `applied`, `unchanged`, `refused` or `held`. What it returns is added to the report, and those that come
   * after it in the list find it there.
   */
  ended?(
    request: ReportedRequest,
    report: SyncReport,
    measure: RunMeasure,
  ): Promise<Partial<SyncReport>> | Partial<SyncReport> | undefined;
  /** A run that failed. */
  failed?(request: ReportedRequest, error: unknown, measure: RunMeasure): void;
  /** What shared fetches do for a run, while it runs. */
  fetched?(environment: string, event: SharedFetchEvent): void;
}
