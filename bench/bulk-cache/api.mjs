/**
 * The bulk call of bench/bulk-cache.ts: a paged HTTP API, each page of which is answered after a fixed time, as over a
 * network. Its pages are made once, so that it costs as little as it can. Says its URL, and ends with its input.
 *
 *   node bench/bulk-cache/api.mjs DELAY-MS
 *   GET /?key=KEY&items=COUNT&size=PAGE-SIZE&page=N    { items: [...], next: N + 1 or null }
 *   GET /calls?key=KEY                                 how often the first page was asked for
 */
import { createServer } from 'node:http';

const delayMs = Number(process.argv[2]);
const itemBytes = 1024;
const pages = new Map();
const calls = new Map();

/** In an order that is neither sorted nor random: there is something to sort, and every run sorts the same. */
function makePage(count, size, page) {
  const known = pages.get(`${count} ${size} ${page}`);
  if (known !== undefined) return known;
  const items = [];
  for (let at = page * size; at < Math.min(count, (page + 1) * size); at += 1)
    items.push(makeItem(at, count));
  const next = (page + 1) * size < count ? page + 1 : null;
  const made = Buffer.from(JSON.stringify({ items, next }));
  pages.set(`${count} ${size} ${page}`, made);
  return made;
}

function makeItem(at, count) {
  const item = { id: (at * 7919) % count, customer: `customer-${at % 1000}`, total: at / 100, text: '' };
  const text = `order ${item.id} `.repeat(100);
  return { ...item, text: text.slice(0, itemBytes - JSON.stringify(item).length) };
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const key = url.searchParams.get('key');
  if (url.pathname === '/calls') return void response.end(String(calls.get(key) ?? 0));
  const [count, size, page] = ['items', 'size', 'page'].map((name) => Number(url.searchParams.get(name)));
  if (page === 0) calls.set(key, (calls.get(key) ?? 0) + 1);
  const body = makePage(count, size, page);
  const answer = () => {
    response.setHeader('content-type', 'application/json');
    response.end(body);
  };
  if (delayMs > 0) setTimeout(answer, delayMs);
  else answer();
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`{"url":"http://127.0.0.1:${server.address().port}"}\n`),
);
process.stdin.resume().on('end', () => process.exit(0));
