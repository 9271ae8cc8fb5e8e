/** The document that a run leaves: every sample, and what follows from them. Its format has a version of its own. */
import type { describeEnclosure, describeServer, Machine } from './machine.ts';
import { allRatios, type Evidence, type Ratio } from './ratios.ts';
import type { Row, Unverified } from './recorder.ts';
import { modes, type Mode } from './schedule.ts';
import { summarize } from './statistics.ts';
import { activities, rowId, type RowId } from './subjects.ts';
import { judgeTargets, type Target } from './targets.ts';

export interface ResultRow extends Row {
  readonly id: RowId;
  readonly unit: string;
  readonly median: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly peakMiB: number | null;
}

export interface RunFacts {
  readonly date: string;
  readonly mode: Mode;
  readonly rounds: number;
  readonly machine: Machine;
  readonly enclosure: ReturnType<typeof describeEnclosure>;
  readonly server: ReturnType<typeof describeServer>;
  /** Contestants that could not take part, and the like. */
  readonly remarks: readonly string[];
}

export interface BenchResult extends RunFacts {
  readonly formatVersion: 1;
  readonly rows: readonly ResultRow[];
  readonly ratios: readonly Ratio[];
  readonly targets: readonly Target[];
  /** Trees that were not what git says; with one of them, the run has failed. */
  readonly unverified: readonly Unverified[];
  /** Why there are no ratios at all. */
  readonly noRatios: string | null;
}

export function makeResult(facts: RunFacts, evidence: Evidence): BenchResult {
  return {
    formatVersion: 1,
    ...facts,
    noRatios: evidence.noRatios ?? null,
    unverified: evidence.findings,
    targets: judgeTargets(evidence, modes[facts.mode].large),
    ratios: allRatios(evidence),
    rows: evidence.rows.map((row) => {
      const summary = summarize(row.samples);
      return {
        id: rowId(row),
        ...row,
        unit: activities[row.activity].unit,
        median: summary?.median ?? null,
        min: summary?.min ?? null,
        max: summary?.max ?? null,
        peakMiB: summarize(row.peaksMiB)?.median ?? null,
      };
    }),
  };
}

/** A contestant that did something else than the others makes the run a failed one; a target that is missed does not. */
export function exitCodeOf({ unverified }: Pick<BenchResult, 'unverified'>): number {
  return unverified.length > 0 ? 1 : 0;
}

/** Fails where a file holds something else. */
export function parseResult(text: string): BenchResult {
  const found = JSON.parse(text) as Partial<BenchResult> | null;
  if (found?.formatVersion === 1 && Array.isArray(found.rows)) return found as BenchResult;
  throw new Error(
    `expected the result of "npm run bench -- --out FILE", format version 1; found: ${text.slice(0, 60)}`,
  );
}
