import { znodeOf } from '../configuration-text.ts';
import { claim, heading, say, showCommand } from '../narrate.ts';
import type { Stage } from '../stage.ts';
import { claimSame } from './first-load.ts';

const path = `${znodeOf('production')}/database/pool.properties`;
const byHand = 'pool.maximum=400';

/** Somebody changes a znode by hand: found, then repaired. */
export async function repair(stage: Stage): Promise<void> {
  heading('6. A znode that was edited by hand');
  say('In a hurry, somebody changes a znode directly. No commit says so, and nobody would know why:');
  await stage.tree.set(path, byHand);
  showCommand(`set ${path} ${byHand}`, "(with ZooKeeper's own client)");
  const found = await stage.enclosure('verify', 'production');
  claim('verify found it, and says so with exit code 2', found.code === 2, `exit code ${found.code}`);
  claim('and names the znode', found.output.includes('database/pool.properties'));
  say('The reconcile that runs every few minutes would repair it; we do not wait for it.');
  const before = await stage.tree.read(znodeOf('production'));
  const repaired = await stage.enclosure('sync', 'production', '--full');
  claim('sync --full repaired it', repaired.code === 0, `exit code ${repaired.code}`);
  const after = await stage.tree.read(znodeOf('production'));
  const written = [...after].filter(([znode, { mzxid }]) => before.get(znode)?.mzxid !== mzxid);
  claim('and wrote that znode alone', written.length === 1 && written[0]?.[0] === path);
  const clean = await stage.enclosure('verify', 'production');
  claim('verify finds nothing any more', clean.code === 0, `exit code ${clean.code}`);
  await claimSame(stage, 'production');
}
