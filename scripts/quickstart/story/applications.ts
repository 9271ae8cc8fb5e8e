import { join } from 'node:path';
import { startApplication } from '../application.ts';
import { stateRoot } from '../configuration-text.ts';
import { claim, heading, say, showCommand, showOutput } from '../narrate.ts';
import type { Stage } from '../stage.ts';

/** Two applications join: one in Node, with the library, and one in any language, with the command. */
export async function applicationsJoin(stage: Stage): Promise<void> {
  heading('2. Two applications join');
  const { root, program, directory, connect, cleanUp } = stage;
  const examples = join(root, 'examples', 'applications');
  say('The shop is a Node program that uses the library:');
  const shop = startApplication(
    'the shop',
    [process.execPath, join(examples, 'shop.mjs'), connect, 'production'],
    directory,
  );
  cleanUp.add('the shop', () => shop.stop());
  showCommand('node examples/applications/shop.mjs ... production', await shop.says('shop: begins'));

  say(
    'The checkout is a shell script that knows nothing of ZooKeeper; it gets files, and a signal when they changed:',
  );
  const exec = `sh '${join(examples, 'checkout.sh')}'`;
  const out = join(directory, 'checkout');
  const checkout = startApplication(
    'the checkout',
    [program, 'join', 'production', '--name', 'checkout-', '--out', out, '--exec', exec, '--signal', 'HUP'],
    directory,
  );
  cleanUp.add('the checkout', () => checkout.stop());
  showCommand(
    "enclosure join production --name checkout- --out checkout --exec 'sh checkout.sh' --signal HUP",
    await checkout.says('checkout: begins'),
  );
  stage.applications = { shop, checkout };
  const members = await stage.tree.children(`${stateRoot}/production/members`);
  claim('both are members of the environment, as ephemeral znodes', members.length === 2, members.join(', '));
}

/** The change has arrived in both, and they say so themselves. */
export async function applicationsHear(stage: Stage): Promise<void> {
  heading('4. The applications have heard of it');
  say('Nobody restarted anything. A pipeline can wait until all members run what was merged:');
  const waited = await stage.enclosure('members', 'production', '--wait', '2');
  claim('all members run revision 2', waited.code === 0, String(waited.code));
  const { shop, checkout } = stage.applications ?? {};
  if (shop === undefined || checkout === undefined) throw new Error('the applications have not joined');
  const lines = [await shop.says('revision 2'), await checkout.says('reads its files again')];
  showOutput('what they printed', lines.join('\n'));
  claim(
    'the running shop has switched wallet payments on',
    lines[0]?.includes('wallet payments on') === true,
  );
  claim(
    'the running checkout has read the new timeout',
    lines[1]?.includes('timeoutMs: 4000') === true,
    lines[1],
  );
}
