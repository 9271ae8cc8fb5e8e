/**
 * Whether the machine was the benchmark's own: before it starts, and during each measurement. Decides on samples of CPU
 * time that it is given; where they come from is left to cpu-times.ts.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Seconds since some fixed moment, of all cores together. */
export interface CpuTimes {
  readonly at: number;
  readonly busy: number;
  /** Of that: the benchmark, the children it has waited for, and its server. */
  readonly own: number;
}

/** Undefined where the system does not tell. */
export type SampleCpu = () => Promise<CpuTimes | undefined>;

const quietLimits = {
  /** Other processes' share of all cores, for this many seconds in a row. */
  share: 0.1,
  seconds: 3,
  patienceSeconds: 300,
} as const;

/** A measurement may lose this share of one core to others; jiffies and the kernel's own work take the slack. */
const disturbedAbove = { share: 0.1, slackSeconds: 0.05 } as const;

const repetitions = 3;

/** CPU seconds that went to others. */
export function foreignSeconds(before: CpuTimes, after: CpuTimes): number {
  return after.busy - before.busy - (after.own - before.own);
}

export function isDisturbed(before: CpuTimes, after: CpuTimes): boolean {
  const allowed = disturbedAbove.share * (after.at - before.at) + disturbedAbove.slackSeconds;
  return foreignSeconds(before, after) > allowed;
}

export function isQuiet(before: CpuTimes, after: CpuTimes, cores: number): boolean {
  return foreignSeconds(before, after) < quietLimits.share * (after.at - before.at) * cores;
}

export interface WaitOptions {
  readonly cores: number;
  readonly say: (text: string) => void;
  readonly patienceSeconds?: number;
  /** Between two samples. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** False where patience ended first. True at once where the system does not tell: nothing would come of waiting. */
export async function waitUntilQuiet(sample: SampleCpu, options: WaitOptions): Promise<boolean> {
  const { cores, say, patienceSeconds = quietLimits.patienceSeconds, pause = delay } = options;
  let last = await sample();
  if (last === undefined) return true;
  const begin = last.at;
  let quietSince = last.at;
  let saidAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    await pause(500);
    const now = await sample();
    if (now === undefined) return true;
    if (!isQuiet(last, now, cores)) {
      quietSince = now.at;
      if (now.at - saidAt > 10) {
        saidAt = now.at;
        const share = (100 * foreignSeconds(last, now)) / ((now.at - last.at) * cores);
        say(`waiting for a quiet machine: other processes take ${share.toFixed(0)} % of it`);
      }
    }
    if (now.at - quietSince >= quietLimits.seconds) return true;
    if (now.at - begin >= patienceSeconds) return false;
    last = now;
  }
}

export interface Watched<T> {
  readonly value: T;
  readonly disturbed: boolean;
}

/** Measures once, and says whether others worked meanwhile. */
export async function watched<T>(sample: SampleCpu, measure: () => Promise<T>): Promise<Watched<T>> {
  const before = await sample();
  const value = await measure();
  const after = await sample();
  return {
    value,
    disturbed: before !== undefined && after !== undefined && isDisturbed(before, after),
  };
}

export interface Repeated<T> {
  /** Absent where every attempt was disturbed. */
  readonly value?: T;
  readonly disturbed: number;
}

/** Repeats a disturbed attempt. `again` puts things back before a repetition. */
export async function repeatDisturbed<T>(
  attempt: () => Promise<Watched<T>>,
  again: () => Promise<unknown>,
): Promise<Repeated<T>> {
  for (let disturbed = 0; ; disturbed += 1) {
    const result = await attempt();
    if (!result.disturbed) return { value: result.value, disturbed };
    if (disturbed === repetitions) return { disturbed: disturbed + 1 };
    await again();
  }
}
