/** Where Enclosure must get: the one table of it, and the verdict on a run. Pure. */
import { medianOf, ratioOf, reasonAgainst, type Evidence } from './ratios.ts';
import type { ComparedWorkload } from './schedule.ts';
import { summarize } from './statistics.ts';
import { rowId, type ContestantId, type RowId, type Subject } from './subjects.ts';

type Place = 'large' | '1k' | 'none';
type Ref = readonly [activity: Subject['activity'], workload: Place, contestant: ContestantId];

interface TargetLine {
  readonly what: string;
  readonly of: Ref;
  /** Absent where the limit is no ratio. */
  readonly against?: Ref;
  /** The peak of the row, and not its time. */
  readonly peak?: true;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly unit: '' | 'ms' | 'MiB';
}

export const targetLines: readonly TargetLine[] = [
  {
    what: 'first load: time against the kazoo git-diff script',
    of: ['load', 'large', 'enclosure'],
    against: ['load', 'large', 'kazoo-git-diff'],
    bound: 'at most',
    limit: 0.6,
    unit: '',
  },
  {
    what: 'first load: znodes/s while writing, against the multi ceiling',
    of: ['write-rate', 'large', 'enclosure'],
    against: ['write-rate', 'large', 'ceiling'],
    bound: 'at least',
    limit: 0.85,
    unit: '',
  },
  {
    what: 'nothing changed, full verification: time against the tree-reading kazoo script',
    of: ['verify', 'large', 'enclosure'],
    against: ['nothing', 'large', 'kazoo-tree'],
    bound: 'at most',
    limit: 0.08,
    unit: '',
  },
  {
    what: 'full verification: znodes/s while reading, against the multiRead ceiling',
    of: ['read-rate', 'large', 'enclosure'],
    against: ['read-rate', 'large', 'ceiling'],
    bound: 'at least',
    limit: 0.6,
    unit: '',
  },
  {
    what: 'one file changed: whole process against the kazoo git-diff script',
    of: ['one', 'large', 'enclosure'],
    against: ['one', 'large', 'kazoo-git-diff'],
    bound: 'at most',
    limit: 1.3,
    unit: '',
  },
  {
    what: 'one file changed: warm process, request to applied, without the fetch',
    of: ['warm', 'large', 'enclosure'],
    bound: 'at most',
    limit: 30,
    unit: 'ms',
  },
  {
    what: 'one file changed: against 1,000 files',
    of: ['one', 'large', 'enclosure'],
    against: ['one', '1k', 'enclosure'],
    bound: 'at most',
    limit: 1.2,
    unit: '',
  },
  {
    what: 'first load: peak memory',
    of: ['load', 'large', 'enclosure'],
    peak: true,
    bound: 'at most',
    limit: 160,
    unit: 'MiB',
  },
  {
    what: 'start-up of the command line against node -e 0',
    of: ['start-up', 'none', 'enclosure'],
    against: ['start-up', 'none', 'node'],
    bound: 'at most',
    limit: 1.5,
    unit: '',
  },
];

export type Verdict = 'met' | 'missed' | 'not judged' | 'no figure';

export interface Target {
  readonly what: string;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  readonly unit: '' | 'ms' | 'MiB';
  readonly workload: ComparedWorkload | null;
  readonly value?: number;
  readonly verdict: Verdict;
  /** For the last two verdicts. */
  readonly reason?: string;
}

/** @param large the workload that stands for "100,000 files" in this run */
export function judgeTargets(evidence: Evidence, large: ComparedWorkload): Target[] {
  return targetLines.map((line) => {
    const { what, bound, limit, unit } = line;
    const workload = line.of[1] === 'none' ? null : large;
    const figure = figureOf(evidence, line, large);
    const target = { what, bound, limit, unit, workload };
    if (figure.value === undefined) return { ...target, verdict: 'no figure', reason: figure.absent };
    const { value } = figure;
    if (workload !== null && workload !== '100k') {
      const reason = 'the target is for 100,000 files';
      return { ...target, value, verdict: 'not judged', reason };
    }
    const met = bound === 'at most' ? value <= limit : value >= limit;
    return { ...target, value, verdict: met ? 'met' : 'missed' };
  });
}

type Figure = { readonly value: number } | { readonly value?: never; readonly absent: string };

function figureOf(evidence: Evidence, line: TargetLine, large: ComparedWorkload): Figure {
  const resolve = ([activity, place, contestant]: Ref): RowId =>
    rowId({ activity, workload: place === 'large' ? large : place, contestant });
  const of = resolve(line.of);
  if (line.against !== undefined) {
    const { value, absent = 'not measured' } = ratioOf(evidence, of, resolve(line.against));
    return value === undefined ? { absent } : { value };
  }
  // No ratio, but a time is worth no more than the machine was.
  const absent = (line.peak ? undefined : evidence.noRatios) ?? reasonAgainst(evidence, of);
  if (absent !== undefined) return { absent };
  const value = line.peak
    ? summarize(evidence.rows.find((row) => rowId(row) === of)?.peaksMiB ?? [])?.median
    : medianOf(evidence, of);
  return value === undefined ? { absent: 'not measured' } : { value };
}
