/**
 * The API that is slow and dear: all orders of a day, a page at a time. It counts the calls, and says so when one begins.
 *
 *   node examples/cached-api/server.mjs [PORT [DELAY-MS]]
 *   GET /orders?day=DAY&page=N    { orders: [...], next: N + 1 or null }
 *   GET /calls?day=DAY            how often the orders of that day were asked for from the beginning
 */
import { createServer } from 'node:http';

const [port = '0', delayMs = '200'] = process.argv.slice(2);
const pages = 10;
const pageSize = 100;
const calls = new Map();

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const day = url.searchParams.get('day') ?? '';
  response.setHeader('content-type', 'application/json');
  if (url.pathname === '/calls') return void response.end(JSON.stringify(calls.get(day) ?? 0));
  const page = Number(url.searchParams.get('page'));
  if (page === 0) {
    calls.set(day, (calls.get(day) ?? 0) + 1);
    console.log(`server: call ${calls.get(day)} for the orders of ${day}`);
  }
  const orders = Array.from({ length: pageSize }, (_, index) => order(page * pageSize + index));
  const answer = JSON.stringify({ orders, next: page + 1 < pages ? page + 1 : null });
  setTimeout(() => response.end(answer), Number(delayMs));
});

/** In no order that anybody could use, and every twentieth cancelled. */
function order(number) {
  const id = (number * 7919) % (pages * pageSize);
  return { id, total: 10 + (id % 90), cancelled: id % 20 === 0 };
}

server.listen(Number(port), '127.0.0.1', () => {
  console.log(`server: http://127.0.0.1:${server.address().port}`);
});
process.once('SIGTERM', () => process.exit(0));
