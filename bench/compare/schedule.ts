/** Who does what how often. What costs much and decides nothing is done once in a run. */
import type { ContestantId, WorkloadId } from './subjects.ts';

export type Mode = 'full' | 'quick';
export type Task = 'load' | 'nothing' | 'one' | 'hundred' | 'verify';
type Frequency = 'each round' | 'once';
export type Tasks = Readonly<Partial<Record<Task, Frequency>>>;
type Schedule = Readonly<Partial<Record<ContestantId, Tasks>>>;
export type ComparedWorkload = Extract<WorkloadId, '10k' | '100k' | 'spread'>;

const each = 'each round';
const everything: Tasks = { load: each, nothing: each, one: each, hundred: each };
const mostOften: Tasks = { ...everything, hundred: 'once' };

export const schedules: Readonly<Record<ComparedWorkload, Schedule>> = {
  '100k': {
    enclosure: { ...everything, verify: each },
    'kazoo-git-diff': everything,
    'kazoo-git-diff-tuned': { load: each, one: each },
    'kazoo-tree': { load: each, nothing: each, one: 'once' },
    'node-transactions': { load: 'once', nothing: 'once', one: 'once' },
    'kazoo-single': { load: 'once', nothing: 'once' },
  },
  '10k': {
    enclosure: { ...everything, verify: each },
    'kazoo-git-diff': everything,
    'kazoo-git-diff-tuned': { load: each, one: each },
    'kazoo-tree': mostOften,
    'node-transactions': mostOften,
    'kazoo-single': mostOften,
  },
  spread: {
    enclosure: { ...everything, verify: each },
    'kazoo-git-diff': everything,
    'kazoo-tree': mostOften,
    'node-transactions': mostOften,
    'kazoo-single': mostOften,
  },
};

export const modes = {
  full: { rounds: 3, workloads: ['100k', '10k', 'spread'], large: '100k' },
  quick: { rounds: 2, workloads: ['10k'], large: '10k' },
} as const satisfies Readonly<
  Record<
    Mode,
    {
      readonly rounds: number;
      readonly workloads: readonly ComparedWorkload[];
      /** The one that the targets are about, and that is compared with 1,000 files. */
      readonly large: ComparedWorkload;
    }
  >
>;

/** How often one file changes in a round, for those whom it costs little. */
export const changesPerRound = 5;

export const isCheapChange = (contestant: ContestantId): boolean =>
  contestant === 'enclosure' || contestant.startsWith('kazoo-git-diff');

/** The ceiling is for files of 200 bytes, and a rate says little without it. */
export const hasCeiling = (workload: WorkloadId): boolean => workload !== 'spread';

/** Round 0 warms the server up; round 1 is the one for what is done once. */
export function isDue(frequency: Frequency | undefined, round: number): boolean {
  return frequency === each || (frequency === 'once' && round === 1);
}

/** Everyone begins once. */
export function rotate<T>(items: readonly T[], round: number): T[] {
  const first = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
