/** Who holds an environment's lock or waits for it: what the lock node's data say, and for the holder the lock directory's. */
export interface Holder {
  /** Unique to one attempt to take the lock; part of the lock node's name. */
  readonly guid: string;
  /** A person or a trigger: `alice`, `schedule`. */
  readonly who: string;
  readonly host: string;
  readonly pid: number;
  /** ISO 8601: since when it waits, and in the lock directory since when it holds. */
  readonly since: string;
  /** Identifies the run in logs. */
  readonly run: string;
  /** How far the run has got: operations written and to write. In the lock directory only. */
  readonly done?: number;
  readonly total?: number;
}
