/**
 * A bulk call to be cached: a paged HTTP API on a free loopback port. It counts the calls, one for each request of a first
 * page; every call gets the same items in another order, so that a result which depends on the order shows. A test can hold
 * calls at a page, have them fail there, or keep them from ever ending.
 */
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { seededRandom } from './seeded-random.ts';

export interface ApiItem {
  readonly id: number;
  readonly text: string;
}

/** What happens when a page is asked for. */
export type Behaviour = (request: { readonly key: string; readonly page: number; readonly call: number }) =>
  | 'answer'
  | 'fail'
  /** No answer, ever. */
  | 'hang'
  /** The answer comes when the promise resolves. */
  | Promise<unknown>;

export interface PagedApi {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** How often the call for a key was begun. */
  calls(key: string): number;
  /** Default: answers at once. */
  behave(key: string, behaviour: Behaviour): void;
  stop(): Promise<void>;
}

/** The items of every call, sorted. */
export function apiItems(count: number, size = 20): readonly ApiItem[] {
  return Array.from({ length: count }, (_, id) => ({ id, text: `${id} `.padEnd(size, '.') }));
}

export async function startPagedApi(items: readonly ApiItem[], pageSize: number): Promise<PagedApi> {
  const calls = new Map<string, number>();
  const behaviours = new Map<string, Behaviour>();
  const answer = async (url: URL, response: ServerResponse): Promise<void> => {
    const key = url.searchParams.get('key') ?? '';
    const page = Number(url.searchParams.get('page'));
    if (page === 0) calls.set(key, (calls.get(key) ?? 0) + 1);
    const call = calls.get(key) ?? 0;
    const behaviour = await (behaviours.get(key)?.({ key, page, call }) ?? 'answer');
    if (behaviour === 'hang') return;
    if (behaviour === 'fail') response.statusCode = 500;
    const start = page * pageSize;
    const order = shuffled(items, call);
    const next = start + pageSize < items.length ? page + 1 : null;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: order.slice(start, start + pageSize), next }));
  };
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://localhost'), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: (key) => calls.get(key) ?? 0,
    behave: (key, behaviour) => void behaviours.set(key, behaviour),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const orders = new Map<string, readonly ApiItem[]>();

function shuffled(items: readonly ApiItem[], seed: number): readonly ApiItem[] {
  const known = orders.get(`${items.length} ${seed}`);
  if (known !== undefined) return known;
  const random = seededRandom(seed);
  const order = items.map((item) => ({ item, at: random() })).toSorted((one, other) => one.at - other.at);
  const result = order.map(({ item }) => item);
  orders.set(`${items.length} ${seed}`, result);
  return result;
}
