import { stateRoot } from '../configuration-text.ts';
import { deliveryHeader } from '../deliveries.ts';
import { claim, heading, say, showCommand } from '../narrate.ts';
import type { Stage } from '../stage.ts';

/** The same webhook once more: nothing is written. */
export async function redelivery(stage: Stage): Promise<void> {
  heading('5. The same webhook again');
  say(
    'Webhooks come twice, late or out of order. They are only a hint to look at the branch:',
    'what is already applied is not written again, so no watch fires for nothing.',
  );
  const before = await writes(stage);
  const delivery = await stage.delivery();
  const response = await fetch(delivery.url, {
    method: 'POST',
    headers: delivery.headers,
    body: delivery.body,
  });
  showCommand(
    `curl --data @body --header "X-GitHub-Delivery: ${delivery.headers[deliveryHeader]}" ... ${delivery.url}`,
    `${response.status} ${await response.text()}`,
  );
  const lines = await stage.handled(delivery, 2);
  const outcomes = lines
    .slice(-2)
    .map((line) => `${String(line['environment'])}: ${String(line['outcome'])}`);
  say(`serve's log says ${outcomes.join(', ')}.`);
  const after = await writes(stage);
  claim(
    `none of the ${before.size} znodes of configuration, state and history was written`,
    after.size === before.size && [...before].every(([path, number]) => after.get(path) === number),
  );
}

/** The transaction that last wrote each znode. The lock is left out: taking it is what a run has to do. */
async function writes(stage: Stage): Promise<Map<string, number>> {
  const trees = await Promise.all(['/environments', stateRoot].map((root) => stage.tree.read(root)));
  const all = trees.flatMap((tree) => [...tree].map(([path, { mzxid }]) => [path, mzxid] as const));
  return new Map(all.filter(([path]) => !/\/lock(?:\/|$)/u.test(path)));
}
