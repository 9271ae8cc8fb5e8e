import { isEnclosureError } from '../base/enclosure-error.ts';
import type { Outcome } from '../model/sync/sync-result.ts';

/** 0 done, 1 error, 2 differences (where asked for), 3 refused by a guard or held, 4 the lock was not obtained in time. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** From the best to the worst: a refusal wants a person, a lock that was not obtained only another try. */
const severity: readonly ExitCode[] = [0, 2, 4, 3, 1];

export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  const worst = Math.max(0, ...codes.map((code) => severity.indexOf(code)));
  return severity[worst] ?? 1;
}

/** Of a run that ended. Held is refused for whoever asked by hand: what they wanted was not done. */
export function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  return outcome === 'refused' || outcome === 'held' ? 3 : 0;
}

export function exitCodeOf(error: unknown): ExitCode {
  return isEnclosureError(error) ? error.exitCode : 1;
}
