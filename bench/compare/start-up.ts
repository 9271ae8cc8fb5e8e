/** What starting the command costs beyond starting Node: many short processes of each, in turns. */
import { join } from 'node:path';
import { runProcess } from './run-process.ts';
import type { Stage } from './stage.ts';
import type { ContestantId, Subject } from './subjects.ts';
import type { Command } from './track.ts';

const starts = 20;

export async function measureStartUp(stage: Stage, root: string): Promise<void> {
  const commands: readonly (readonly [ContestantId, Command])[] = [
    ['enclosure', [process.execPath, join(root, 'dist', 'enclosure.js'), '--version']],
    ['node', [process.execPath, '-e', '0']],
  ];
  const subject = (contestant: ContestantId): Subject => ({
    activity: 'start-up',
    workload: 'none',
    contestant,
  });
  for (const [, command] of commands) await runProcess(command);
  // One start is too short to tell whether it was disturbed: all together are watched.
  const runs = await stage.measure(
    commands.map(([contestant]) => subject(contestant)),
    async () => {
      const taken: (readonly [ContestantId, number])[] = [];
      for (let start = 0; start < starts; start += 1) {
        for (const [contestant, command] of commands) {
          taken.push([contestant, (await runProcess(command)).seconds * 1000]);
        }
      }
      return taken;
    },
  );
  for (const [contestant] of commands) {
    const times = (runs ?? []).filter(([who]) => who === contestant).map(([, ms]) => ms);
    stage.recordAll(subject(contestant), times);
  }
}
