import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { startDelayingProxy, type LocalDelayingProxy } from '../../../bench/scale/delaying-proxy.ts';
import { seededRandom } from '../../../harness/seeded-random.ts';
import { waitFor } from '../../../harness/wait-for.ts';

const started: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of started.splice(0).toReversed()) await stop();
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  started.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function proxyTo(targetPort: number, roundTripMs: number): Promise<LocalDelayingProxy> {
  const proxy = await startDelayingProxy({ targetPort, roundTripMs });
  started.push(() => proxy.stop());
  return proxy;
}

function connectTo({ port }: LocalDelayingProxy): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
}

/** Random bytes in chunks of random sizes, now and then after a turn of the event loop. */
async function sendRandomly(socket: Socket, seed: number, length: number): Promise<string> {
  const random = seededRandom(seed);
  const hash = createHash('sha256');
  for (let sent = 0; sent < length;) {
    const chunk = Buffer.from(
      Array.from({ length: Math.ceil(random() ** 4 * 50_000) }, () => random() * 256),
    );
    hash.update(chunk);
    sent += chunk.length;
    if (!socket.write(chunk)) await once(socket, 'drain');
    else if (random() < 0.3) await turn();
  }
  socket.end();
  return hash.digest('hex');
}

async function digestOf(socket: Socket): Promise<string> {
  return createHash('sha256')
    .update(await buffer(socket))
    .digest('hex');
}

describe.each([0, 1, 5])('with a round trip of %i ms', (roundTripMs) => {
  test('both directions keep order and content, however the bytes are cut', async () => {
    const atServer: Promise<readonly [sent: string, received: string]>[] = [];
    const port = await serve((socket) => {
      atServer.push(Promise.all([sendRandomly(socket, 2, 500_000), digestOf(socket)]));
    });
    const client = connectTo(await proxyTo(port, roundTripMs));
    const [sent, received] = await Promise.all([sendRandomly(client, 1, 500_000), digestOf(client)]);
    const [sentByServer, receivedByServer] = await (atServer[0] ??
      Promise.reject(new Error('never connected')));
    expect(receivedByServer).toBe(sent);
    expect(received).toBe(sentByServer);
  });

  test('a request and its reply take at least that long', async () => {
    const port = await serve((socket) => socket.pipe(socket));
    const client = connectTo(await proxyTo(port, roundTripMs));
    for (let request = 0; request < 20; request += 1) {
      const begin = performance.now();
      client.write('x');
      await once(client, 'data');
      expect(performance.now() - begin).toBeGreaterThanOrEqual(roundTripMs);
    }
    client.destroy();
  });
});

test('a connection costs a round trip of its own', async () => {
  const port = await serve((socket) => socket.pipe(socket));
  const proxy = await proxyTo(port, 40);
  const begin = performance.now();
  const client = connectTo(proxy);
  client.write('x');
  await once(client, 'data');
  expect(performance.now() - begin).toBeGreaterThanOrEqual(80);
  client.destroy();
});

test('what is under way when a side closes still arrives', async () => {
  const port = await serve((socket) => socket.resume().on('end', () => socket.end('the last words')));
  const client = connectTo(await proxyTo(port, 40));
  client.end('hello');
  expect((await buffer(client)).toString()).toBe('the last words');
});

test('a receiver that does not read holds the sender back', async () => {
  const accepted: Socket[] = [];
  const port = await serve((socket) => accepted.push(socket.pause()));
  const proxy = await proxyTo(port, 1);
  const client = connectTo(proxy);
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  const total = 100;
  for (let sent = 0; sent < total; sent += 1) client.write(megabyte);
  client.end();
  await waitFor('the sender to be held back', () => proxy.heldBack() === 1);
  let received = 0;
  for await (const chunk of accepted[0] as AsyncIterable<Buffer>) received += chunk.length;
  expect(received).toBe(total * megabyte.length);
  expect(proxy.heldBack()).toBe(0);
  client.destroy();
});
