/**
 * A Node application that joins its environment: it reads its feature switches, and takes a change while it runs.
 *
 *   node examples/applications/shop.mjs 127.0.0.1:2181 production
 */
import { join } from 'enclosure/agent';

const [connect = '127.0.0.1:2181', environment = 'production'] = process.argv.slice(2);

const membership = await join({
  connect,
  environment,
  name: 'shop-',
  labels: { application: 'shop' },
  // A veto: a file that the shop cannot work with never comes into use, and the receipt says why.
  validate(config) {
    const { walletPayments } = config.json('app/features.json') ?? {};
    if (typeof walletPayments !== 'boolean')
      throw new Error('app/features.json: walletPayments must be true or false');
  },
});

tell('begins', membership.config);
process.once('SIGTERM', () => void membership.leave());
for await (const { after, changed } of membership.changes()) {
  tell(`is told of ${changed.length} changed znodes, and runs`, after);
}

function tell(what, config) {
  const { walletPayments } = config.json('app/features.json');
  console.log(
    `shop: ${what} on revision ${config.revision}, wallet payments ${walletPayments ? 'on' : 'off'}`,
  );
}
