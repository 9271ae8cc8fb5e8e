import type { Progress } from '../model/progress.ts';

/** How long a run was in each phase, for `--verbose`: from a phase's first word until another's. */
export class PhaseTimes {
  readonly #now: () => number;
  readonly #began: number;
  readonly #spent = new Map<Progress['phase'], number>();
  #phase: Progress['phase'] | undefined;
  #since: number;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#began = now();
    this.#since = this.#began;
  }

  note({ phase }: Progress): void {
    if (phase !== this.#phase) this.#turnTo(phase);
  }

  /** `took 1.020 s (connect 0.031 s, read 0.440 s)`, in the order in which the phases were begun. */
  summary(): string {
    this.#turnTo(undefined);
    const phases = [...this.#spent].map(([phase, ms]) => `${phase} ${seconds(ms)}`);
    return `took ${seconds(this.#now() - this.#began)}${phases.length > 0 ? ` (${phases.join(', ')})` : ''}`;
  }

  #turnTo(phase: Progress['phase'] | undefined): void {
    const now = this.#now();
    if (this.#phase !== undefined) {
      this.#spent.set(this.#phase, (this.#spent.get(this.#phase) ?? 0) + now - this.#since);
    }
    this.#phase = phase;
    this.#since = now;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
