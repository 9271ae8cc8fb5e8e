/** The table of `npm run bench -- soak`. */
import type { Verdict } from '../soak.ts';

export function renderSoak(verdict: Verdict): string {
  const { runs, failedForGood } = verdict;
  const failed = runs['failed'] ?? 0;
  const finished = Object.fromEntries(Object.entries(runs).filter(([outcome]) => outcome !== 'failed'));
  const rows: readonly (readonly [string, string])[] = [
    ['kills of the server', `${verdict.kills}, ${verdict.environments} environments, seed ${verdict.seed}`],
    ['time', `${verdict.seconds} s`],
    ['crashes of serve', counted(tally(verdict.crashes))],
    ['pushes to all', String(verdict.pushes)],
    ['runs that came to their end', `${sum(finished)} (${counted(finished)})`],
    [
      'runs that failed',
      `${failed}, of these ${failed - failedForGood} may pass: ${counted(verdict.failures)}`,
    ],
    ['requests given up', String(verdict.givenUp)],
    ['revisions', String(verdict.revisions)],
    ['longest wait for a lock', `${verdict.longestLockWaitMs} ms`],
    [
      'locks without a living owner',
      `${verdict.heldTooLong} too long; the longest ${verdict.longestOrphanMs} ms, sessions of ${verdict.sessionTimeoutMs} ms`,
    ],
    ['/healthz silent over 2 s', `${verdict.stoodStill} times; the longest ${verdict.longestSilenceMs} ms`],
    ['faults', verdict.faults.length === 0 ? 'none' : verdict.faults.join('; ')],
  ];
  return rows.map(([what, found]) => `${what.padEnd(30)} ${found}\n`).join('');
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function counted(counts: Readonly<Record<string, number>>): string {
  return (
    Object.entries(counts)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ') || 'none'
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, times) => total + times, 0);
}
