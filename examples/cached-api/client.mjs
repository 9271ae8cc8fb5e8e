/**
 * An application that needs all orders of a day, sorted and without the cancelled ones. However many of it run, the API is
 * called once: the others wait for the one that calls, and take over if it dies.
 *
 *   node examples/cached-api/client.mjs NAME API ZOOKEEPER DIRECTORY DAY [STATE-ROOT]
 */
import { bulkCache } from 'enclosure/cache';

const [name, api, connect, directory, day, stateRoot = '/enclosure'] = process.argv.slice(2);

const cache = bulkCache({
  connect,
  stateRoot,
  namespace: 'orders',
  level2: { directory },
  // How soon the ensemble notices that a process has died.
  sessionTimeout: 2000,
  pages: true,
  sort: (one, other) => one.id - other.id,
  clean: ({ cancelled, ...order }) => (cancelled ? undefined : order),
  onEvent: tell,
});

/** The bulk call, as one would write it without a cache: a page after the other. */
async function* fetchOrders(signal) {
  for (let page = 0; page !== null;) {
    const answer = await fetch(`${api}/orders?day=${day}&page=${page}`, { signal });
    if (!answer.ok) throw new Error(`the API answered ${answer.status}`);
    const { orders, next } = await answer.json();
    yield orders;
    page = next;
  }
}

function tell(event) {
  if (event.type === 'filling')
    console.log(`${name}: calls the API${event.takeover ? ', in place of one that died' : ''}`);
  if (event.type === 'hit') console.log(`${name}: finds the result in ${event.level}`);
}

let [count, total] = [0, 0];
for await (const order of cache.get(day, (signal) => fetchOrders(signal))) {
  count += 1;
  total += order.total;
}
console.log(`${name}: has ${count} orders of ${day}, ${total} in all`);
await cache.settled();
await cache.close();
