import { claim, heading, say } from '../narrate.ts';
import type { Stage } from '../stage.ts';

/** Who deployed what, when and why. */
export async function history(stage: Stage): Promise<void> {
  heading('7. The history');
  say('Every deployment is recorded beside what it wrote, in the same transaction.');
  const shown = await stage.enclosure('history', 'production');
  claim(
    'the commit that retired the pricing service is in it',
    shown.output.includes('old pricing service retired'),
  );
  const head = (await stage.repository.git('rev-parse', 'HEAD')).trim();
  const state = await stage.tree.znode('/enclosure/production');
  const { commit, phase } = JSON.parse(state?.data.toString() ?? '{}') as { commit?: string; phase?: string };
  claim('the state in ZooKeeper names the head of the branch', commit === head && phase === 'applied');
}
