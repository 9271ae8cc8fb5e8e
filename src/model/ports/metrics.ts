/**
 * What a part of Enclosure needs to count and to time. How it is kept and who fetches it is the adapter's business, and so
 * are names and units of the outside. An adapter never throws: what was deployed does not fail for want of a number.
 */
import type { SharedFetchEventName } from '../shared-fetch-event.ts';
import type { Outcome } from '../sync/sync-result.ts';

/** What is counted, each with its labels. A label has few values: they become time series. */
export interface CountLabels {
  /** Runs that ended. */
  readonly deployments: { readonly environment: string; readonly outcome: Outcome };
  /** Guards that refused; a run that two guards refuse counts for both. */
  readonly refusals: { readonly environment: string; readonly code: string };
  /** Runs that failed, by the code of the error. */
  readonly failures: { readonly environment: string; readonly code: string };
  /** Znodes that were found to be not what the applied commit says. */
  readonly drift: { readonly environment: string };
  /** Requests that were given up. */
  readonly 'dead-letters': { readonly environment: string };
  /** What shared fetches did. */
  readonly 'snapshot-cache': { readonly environment: string; readonly event: SharedFetchEventName };
}

export type CountName = keyof CountLabels;

/**
 * - `lock-wait`: from asking for the environment's lock to holding it, or to giving up.
 * - `push-to-applied`: from the webhook's arrival to the end of the run that applied it.
 */
export type DurationName = 'lock-wait' | 'push-to-applied';

export interface Metrics {
  /** @param value default 1 */
  count<Name extends CountName>(name: Name, labels: CountLabels[Name], value?: number): void;
  duration(name: DurationName, labels: { readonly environment: string }, ms: number): void;
}
