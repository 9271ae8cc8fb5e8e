import type { Outcome } from '../../model/deployment.ts';

/** What became of an environment's last run, for `/healthz`: codes and counters, no messages. */
export interface LastOutcome {
  readonly outcome: Outcome;
  readonly time: string;
  readonly revision?: number;
  readonly commit?: string | null;
  /** Of the error, when it failed. */
  readonly code?: string;
}
