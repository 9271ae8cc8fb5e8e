/**
 * Collects the samples of a run by row, and what takes a row its ratio: a measurement that stayed disturbed however often
 * it was repeated, a contestant whose tree was not the repository's.
 */
import { contestants, rowId, type ContestantId, type RowId, type Subject } from './subjects.ts';

export interface Row extends Subject {
  readonly samples: readonly number[];
  /** Of the main process, where it was watched. */
  readonly peaksMiB: readonly number[];
  /** Measurements that were thrown away because the machine was busy. */
  readonly disturbed: number;
  /** One of them stayed disturbed, and is missing. */
  readonly busy: boolean;
}

/** A tree that is not what git says. */
export interface Unverified {
  readonly contestant: ContestantId;
  readonly after: string;
  readonly problem: string;
}

export class Recorder {
  readonly #rows = new Map<RowId, Row>();
  readonly #unverified = new Map<ContestantId, Unverified>();

  sample(subject: Subject, value: number, peakMiB?: number): void {
    const row = this.#row(subject);
    this.#rows.set(rowId(subject), {
      ...row,
      samples: [...row.samples, value],
      peaksMiB: peakMiB === undefined ? row.peaksMiB : [...row.peaksMiB, peakMiB],
    });
  }

  /** @param busy none of the repetitions was better */
  disturbed(subject: Subject, count: number, busy: boolean): void {
    const row = this.#row(subject);
    this.#rows.set(rowId(subject), {
      ...row,
      disturbed: row.disturbed + count,
      busy: row.busy || busy,
    });
  }

  /** The first finding about a contestant stays: what comes later may follow from it. */
  unverified(finding: Unverified): void {
    if (!this.#unverified.has(finding.contestant)) this.#unverified.set(finding.contestant, finding);
  }

  isOut(contestant: ContestantId): boolean {
    return this.#unverified.has(contestant);
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  get findings(): readonly Unverified[] {
    return [...this.#unverified.values()];
  }

  #row(subject: Subject): Row {
    const { activity, workload, contestant } = subject;
    return (
      this.#rows.get(rowId(subject)) ?? {
        activity,
        workload,
        contestant,
        samples: [],
        peaksMiB: [],
        disturbed: 0,
        busy: false,
      }
    );
  }
}

export function findingText({ contestant, after, problem }: Unverified): string {
  return `the tree of "${contestants[contestant]}" could not be verified after ${after}: ${problem}`;
}
