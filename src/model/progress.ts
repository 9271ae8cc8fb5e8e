/** What a long run is doing, for a progress bar or a log line. `total` is 0 where it is not known. */
export interface Progress {
  readonly phase: 'connect' | 'lock' | 'fetch' | 'compare' | 'read' | 'apply' | 'write';
  readonly done: number;
  readonly total: number;
  /** What is waited for, for example the lock's holder. */
  readonly detail?: string;
}

export type OnProgress = (progress: Progress) => void;
