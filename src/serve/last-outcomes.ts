import type { Hold } from '../model/hold.ts';
import type { Reporter } from '../model/ports/reporter.ts';
import type { Outcome } from '../model/sync/sync-result.ts';
import { describeFailure } from '../report/reporters/describe-failure.ts';

/** What became of an environment's last run, for `/healthz`: codes and counters, no messages. */
export interface LastOutcome {
  readonly outcome: Outcome;
  readonly time: string;
  readonly revision?: number;
  readonly commit?: string | null;
  /** Of the error, when it failed. */
  readonly code?: string;
}

/** Remembers for each environment how its last run ended, and what holds it since. */
export class LastOutcomes implements Reporter {
  readonly outcomes = new Map<string, LastOutcome>();
  readonly holds = new Map<string, Hold>();

  readonly ended: NonNullable<Reporter['ended']> = ({ environment }, { result, hold }) => {
    const { outcome, revision, commit } = result;
    this.outcomes.set(environment, { outcome, revision, commit, time: new Date().toISOString() });
    if (hold === undefined) this.holds.delete(environment);
    else this.holds.set(environment, hold);
    return undefined;
  };

  readonly failed: NonNullable<Reporter['failed']> = ({ environment }, error) => {
    const { code } = describeFailure(error);
    this.outcomes.set(environment, { outcome: 'failed', code, time: new Date().toISOString() });
  };
}
