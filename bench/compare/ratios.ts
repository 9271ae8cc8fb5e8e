/**
 * Which rows are set against which, and what keeps a ratio from being said: a tree that could not be verified, a machine
 * that was busy or cannot tell, a row that was not measured. Pure.
 */
import { summarize } from './statistics.ts';
import type { Row, Unverified } from './recorder.ts';
import { contestants, rowId, type ContestantId, type RowId, type Subject } from './subjects.ts';

export interface Ratio {
  readonly of: RowId;
  readonly against: RowId;
  /** Of the medians. */
  readonly value?: number;
  /** Why there is no value. */
  readonly absent?: string;
}

export interface Evidence {
  readonly rows: readonly Row[];
  readonly findings: readonly Unverified[];
  /** Why nothing that was measured on this machine is to be compared; absent where it may be. */
  readonly noRatios?: string;
}

export function ratioOf(evidence: Evidence, of: RowId, against: RowId): Ratio {
  const absent =
    evidence.noRatios ?? reasonAgainst(evidence, of) ?? reasonAgainst(evidence, against) ?? undefined;
  if (absent !== undefined) return { of, against, absent };
  const [above, below] = [medianOf(evidence, of), medianOf(evidence, against)];
  if (above === undefined || below === undefined || below === 0)
    return { of, against, absent: 'not measured' };
  return { of, against, value: above / below };
}

/** What keeps a row out of every ratio. */
export function reasonAgainst({ rows, findings }: Evidence, id: RowId): string | undefined {
  const contestant = id.split('/')[2] as ContestantId;
  if (findings.some((finding) => finding.contestant === contestant)) {
    return `the tree of "${contestants[contestant]}" could not be verified`;
  }
  const row = rows.find((one) => rowId(one) === id);
  if (row?.busy === true) return 'the machine was busy';
  return row === undefined || row.samples.length === 0 ? 'not measured' : undefined;
}

export function medianOf({ rows }: Evidence, id: RowId): number | undefined {
  return summarize(rows.find((one) => rowId(one) === id)?.samples ?? [])?.median;
}

/** The row of Enclosure that does the same job as this one; undefined for its own. */
export function counterpart({ activity, workload, contestant }: Subject): RowId | undefined {
  if (contestant === 'enclosure') return undefined;
  const own = activity === 'one-fetched' ? 'one' : activity;
  return rowId({ activity: own, workload, contestant: 'enclosure' });
}

/** Every ratio that a table shows: Enclosure against each other row. */
export function allRatios(evidence: Evidence): Ratio[] {
  return evidence.rows.flatMap((row) => {
    const of = counterpart(row);
    return of === undefined ? [] : [ratioOf(evidence, of, rowId(row))];
  });
}
