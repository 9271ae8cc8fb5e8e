/** All rounds of a run, the one that warms up included, and what is measured once after them. */
import { join } from 'node:path';
import { makeRepository, type BenchRepository } from '../make-repository.ts';
import { spreadSizes } from './file-sizes.ts';
import { kazooVersion } from './machine.ts';
import { runRound, type Round } from './round.ts';
import { modes, schedules, type ComparedWorkload, type Mode } from './schedule.ts';
import type { Stage } from './stage.ts';
import { measureStartUp } from './start-up.ts';
import type { ContestantId, WorkloadId } from './subjects.ts';
import { openTrack } from './track.ts';
import { measureWarmProcess } from './warm-process.ts';

export interface RunPlan {
  /** The project's folder. */
  readonly root: string;
  /** A temporary one. */
  readonly directory: string;
  readonly mode: Mode;
  readonly rounds: number;
  readonly quiet: () => Promise<boolean>;
}

export interface RunEnd {
  readonly remarks: readonly string[];
  readonly wasQuiet: boolean;
}

const sizes: Readonly<Record<ComparedWorkload | '1k', () => readonly number[]>> = {
  '1k': () => Array.from({ length: 1000 }, () => 200),
  '10k': () => Array.from({ length: 10_000 }, () => 200),
  '100k': () => Array.from({ length: 100_000 }, () => 200),
  spread: () => spreadSizes(3000),
};

export async function runRounds(stage: Stage, plan: RunPlan): Promise<RunEnd> {
  const { say, waits } = stage.parts;
  const { workloads, large } = modes[plan.mode];
  const repositories = new Map<WorkloadId, BenchRepository>();
  const filesOf = new Map<WorkloadId, number>();
  for (const workload of ['1k', ...workloads] as const) {
    say(`making the repository ${workload}`);
    const files = sizes[workload]();
    filesOf.set(workload, files.length);
    repositories.set(workload, await makeRepository(join(plan.directory, `${workload}.git`), files));
  }
  const place = (workload: WorkloadId) => {
    const repository = repositories.get(workload);
    if (repository === undefined) throw new Error(`there is no repository ${workload}`);
    const { root, directory } = plan;
    return { workload, repository, root, directory, connect: stage.parts.connect };
  };
  const hasKazoo = kazooVersion() !== undefined;
  const remarks = hasKazoo
    ? []
    : [
        'The rows on kazoo are missing: /usr/bin/python3 has no module kazoo, and there is no apt to install it.',
      ];
  const roundOf = async (workload: ComparedWorkload, number: number): Promise<Round> => ({
    number,
    workload,
    files: filesOf.get(workload) ?? 0,
    tracks: await Promise.all(
      Object.entries(schedules[workload])
        .filter(([contestant]) => hasKazoo || !contestant.startsWith('kazoo-'))
        .map(async ([contestant, tasks]) => ({
          tasks,
          track: await openTrack({ ...place(workload), contestant: contestant as ContestantId }),
        })),
    ),
    ...(workload === large && { small: await openTrack({ ...place('1k'), contestant: 'enclosure' }) }),
  });

  const wasQuiet = waits ? await plan.quiet() : true;
  for (let number = 0; number <= plan.rounds; number += 1) {
    stage.counts = number > 0;
    for (const workload of workloads) {
      say(number === 0 ? `warming up, ${workload}` : `round ${number} of ${plan.rounds}, ${workload}`);
      await runRound(stage, await roundOf(workload, number));
    }
  }
  await measureStartUp(stage, plan.root);
  await measureWarmProcess(stage, place(large));
  return { remarks, wasQuiet };
}
