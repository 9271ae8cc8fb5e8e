import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateRoot, znodeOf } from '../configuration-text.ts';
import { claim, heading, say, showCommand, showTable } from '../narrate.ts';
import type { Stage } from '../stage.ts';
import { claimSame } from './first-load.ts';

const production = znodeOf('production');
const edited = ['app/features.json', 'services/checkout.yaml'] as const;
const deleted = 'services/legacy-pricing.yaml';

/** Two files change and one goes: one transaction, and nothing else is touched. */
export async function oneTransaction(stage: Stage): Promise<void> {
  heading('3. A change of two files and a deletion, in one transaction');
  say(
    'A pull request switches wallet payments on, gives them more time, and retires the old pricing service.',
    'Merging it is the deployment. An application must never see one half of it.',
  );
  const before = await stage.tree.read('/environments');
  await edit(stage, edited[0], '"walletPayments": false', '"walletPayments": true');
  await edit(stage, edited[1], 'timeoutMs: 2500', 'timeoutMs: 4000');
  const { repository } = stage;
  await repository.git('rm', '--quiet', `environments/production/${deleted}`);
  await repository.git(
    'commit',
    '--quiet',
    '--all',
    '--message',
    'Wallet payments on; old pricing service retired',
  );
  showCommand('git show --stat --format=%s', await repository.git('show', '--stat', '--format=%s'));
  const started = performance.now();
  showCommand('git push', await repository.git('push'));
  const lines = await stage.handled(await stage.delivery());
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const outcomes = new Map(lines.map((line) => [line['environment'], line['outcome']]));
  claim(
    `production was deployed, ${seconds} s after git push began`,
    outcomes.get('production') === 'applied',
  );
  claim(
    'staging, which the commit does not concern, was left alone',
    outcomes.get('staging') === 'unchanged',
  );

  const after = await stage.tree.read('/environments');
  const mzxid = (tree: typeof before, path: string): string => String(tree.get(path)?.mzxid ?? 'deleted');
  const touched = [...edited, deleted].map((path) => `${production}/${path}`);
  say("ZooKeeper numbers its transactions; a znode's mzxid is the one that wrote it last:");
  showTable([
    ['znode', 'mzxid before', 'mzxid after'],
    ...touched.map((path) => [path, mzxid(before, path), mzxid(after, path)]),
  ]);
  const numbers = new Set([
    after.get(`${production}/${edited[0]}`)?.mzxid,
    after.get(`${production}/${edited[1]}`)?.mzxid,
    // A deletion shows in the parent: its pzxid is the transaction that last took or gave it a child.
    await stage.tree.childrenWrittenBy(`${production}/services`),
    (await stage.tree.znode(`${stateRoot}/production`))?.mzxid,
  ]);
  claim(
    'both updates, the deletion and the new state are one and the same transaction',
    numbers.size === 1,
    [...numbers].join(', '),
  );
  const others = [...before.keys()].filter((path) => !touched.includes(path));
  claim(
    `the other ${others.length} znodes were not written`,
    others.every((path) => mzxid(before, path) === mzxid(after, path)),
  );
  await claimSame(stage, 'production');
}

async function edit(stage: Stage, path: string, from: string, to: string): Promise<void> {
  const file = join(stage.repository.clone, 'environments', 'production', path);
  const text = await readFile(file, 'utf8');
  if (!text.includes(from)) throw new Error(`examples/config: expected ${from} in ${path}`);
  await writeFile(file, text.replace(from, to));
}
