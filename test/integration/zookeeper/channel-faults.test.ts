import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { ConnectionLost, openChannel } from '../../../src/zookeeper/channel/open-channel.ts';
import { openWireSession } from '../../../src/zookeeper/session/open-wire-session.ts';
import { freePort } from '../../../harness/free-port.ts';
import { opcodes, startProxy, type TcpProxy } from '../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import {
  startZooKeeper,
  type ServerOptions,
  type ZooKeeperServer,
} from '../../../harness/zookeeper-server.ts';
import { channelTo, create, freshChroot } from './channel-fixture.ts';

const shared = inject('zookeeper');
const sharedPort = Number(shared.split(':')[1]);

async function proxied(port = sharedPort): Promise<TcpProxy> {
  const proxy = await startProxy(port);
  onTestFinished(() => proxy.stop());
  return proxy;
}

async function ownServer(options: ServerOptions = {}): Promise<ZooKeeperServer> {
  const server = await startZooKeeper(options);
  onTestFinished(() => server.stop());
  return server;
}

async function chrootOn(proxy: TcpProxy): Promise<string> {
  const connect = await freshChroot(shared);
  return proxy.connect + connect.slice(connect.indexOf('/'));
}

/** A loopback port that accepts connections and never says a word. */
async function silentPort(): Promise<number> {
  const sockets = new Set<{ destroy: () => void }>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe('opening', () => {
  test('F14: with no server it fails in bounded time, retryable, and names the servers', async () => {
    const connect = `127.0.0.1:${await freePort()},127.0.0.1:${await freePort()}`;
    await expect(channelTo(connect, { connectTimeoutMs: 5000 })).rejects.toMatchObject({
      code: 'zookeeper-unreachable',
      retryable: true,
      details: { where: connect, found: expect.stringMatching(/ECONNREFUSED.*; .*ECONNREFUSED/) as string },
    });
  });

  test('F14: a server that accepts and stays silent does not hold us up', async () => {
    const connect = `127.0.0.1:${await silentPort()}`;
    await expect(channelTo(connect, { connectTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'zookeeper-unreachable',
    });
  });

  test('F32: the server that is there is found among those that are not', async () => {
    const connect = `127.0.0.1:${await silentPort()},127.0.0.1:${await freePort()},${shared}`;
    const channel = await channelTo(connect, { connectTimeoutMs: 3000 });
    expect(await channel.getChildren('/')).toContain('zookeeper');
  });

  test('a peer that speaks something else is told apart', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(channelTo(`127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'zookeeper-unreachable',
      message: expect.stringContaining('no ZooKeeper frame') as string,
    });
  });

  test('the signal ends it', async () => {
    const abort = new AbortController();
    const opening = channelTo(`127.0.0.1:${await silentPort()}`, { signal: abort.signal });
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  });

  test('a session leaves nothing behind when it is closed', async () => {
    const proxy = await proxied();
    const channel = await openChannel({ connect: proxy.connect, auth: [], sessionTimeoutMs: 20_000 });
    expect(proxy.connections()).toBe(1);
    await channel.close();
    expect(channel.closed.aborted).toBe(true);
    await waitFor('the connection to be gone', () => proxy.connections() === 0);
    await channel.close();
    await expect(channel.getData('/')).rejects.toMatchObject({ code: 'zookeeper-connection-lost' });
  });

  test('requests made before closing are still answered', async () => {
    const channel = await openChannel({ connect: shared, auth: [], sessionTimeoutMs: 20_000 });
    const read = channel.getData('/');
    await Promise.all([channel.close(), expect(read).resolves.toBeDefined()]);
  });
});

describe('a server without multiRead', () => {
  test('that answers UNIMPLEMENTED is read by pipelined reads', async () => {
    const proxy = await proxied();
    let probes = 0;
    proxy.onReply(({ handshake, frame }) => {
      // xid 1 is the probe for multiRead, the first request of a connection
      if (handshake || frame.readInt32BE(4) !== 1 || (probes += 1) > 1) return frame;
      const unimplemented = Buffer.from(frame.subarray(0, 20));
      unimplemented.writeInt32BE(16, 0);
      unimplemented.writeInt32BE(-6, 16);
      return unimplemented;
    });
    await readsWithoutMultiRead(proxy);
  });

  test('that hangs up on it is read by pipelined reads', async () => {
    const proxy = await proxied();
    void proxy.cutBeforeRequest((opcode) => opcode === opcodes.multiRead);
    await readsWithoutMultiRead(proxy);
  });

  async function readsWithoutMultiRead(proxy: TcpProxy): Promise<void> {
    const channel = await channelTo(proxy.connect);
    expect(proxy.accepted()).toBe(2);
    void proxy.cutBeforeRequest((opcode) => opcode === opcodes.multiRead);
    const results = await channel.multiRead([
      { op: 'getChildren', path: '/' },
      { op: 'getData', path: '/absent' },
      { op: 'getData', path: '/' },
    ]);
    expect(results.map(({ op }) => op)).toEqual(['getChildren', 'missing', 'getData']);
  }
});

describe('a connection that is lost', () => {
  test('F17: when the reply to a multi is lost, it is no answer and the transaction may have landed', async () => {
    const proxy = await proxied();
    const connect = await chrootOn(proxy);
    const channel = await channelTo(connect);
    const cut = proxy.cutAfterRequest((opcode) => opcode === opcodes.multi);
    const error: unknown = await channel
      .multi([create('/a', 'x'.repeat(1000))])
      .catch((reason: unknown) => reason);
    await cut;
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).toMatchObject({ code: 'zookeeper-connection-lost', retryable: true, pending: 1 });
    expect((error as ConnectionLost).largestPending).toBeGreaterThan(1000);
    expect(channel.closed.aborted).toBe(true);
    const again = await channelTo(connect);
    await again.sync('/');
    expect((await again.getData('/a'))?.data).toHaveLength(1000);
    await expect(again.multi([create('/a')])).rejects.toMatchObject({ codeName: 'NODEEXISTS' });
  });

  test('every request in flight fails, and so does every later one, and closed fires once', async () => {
    const proxy = await proxied();
    const channel = await channelTo(proxy.connect);
    let fired = 0;
    channel.closed.addEventListener('abort', () => (fired += 1));
    proxy.dropReplies();
    const reads = Array.from({ length: 5 }, () => channel.getData('/'));
    const outcomes = Promise.allSettled(reads);
    proxy.cut();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'zookeeper-connection-lost' } });
    }
    await expect(channel.multi([])).rejects.toMatchObject({ code: 'zookeeper-connection-lost' });
    await channel.close();
    expect(fired).toBe(1);
  });

  test('a killed server is noticed', async () => {
    const server = await ownServer();
    const channel = await channelTo(server.connect);
    await server.signal('SIGKILL');
    await waitFor('the channel to notice', () => channel.closed.aborted);
    await expect(channel.getData('/')).rejects.toMatchObject({ code: 'zookeeper-connection-lost' });
  });

  test('a server that falls silent is noticed within the session timeout, idle or not', async () => {
    const server = await ownServer();
    const idle = await channelTo(server.connect, { sessionTimeoutMs: 1500 });
    const busy = await channelTo(server.connect, { sessionTimeoutMs: 1500 });
    await server.signal('SIGSTOP');
    await expect(busy.getData('/')).rejects.toMatchObject({
      code: 'zookeeper-connection-lost',
      message: expect.stringContaining('fell silent') as string,
    });
    await waitFor('the idle channel to notice', () => idle.closed.aborted);
    await server.signal('SIGCONT');
  });

  test('an idle session is kept by pings long beyond its timeout', async () => {
    const proxy = await proxied();
    let pings = 0;
    proxy.onReply(({ handshake, frame }) => {
      if (!handshake && frame.readInt32BE(4) === -2) pings += 1;
      return frame;
    });
    const channel = await channelTo(proxy.connect, { sessionTimeoutMs: 1000 });
    // pings come a third of the timeout apart: nine are three timeouts
    await waitFor('nine pings', () => pings >= 9);
    expect(channel.closed.aborted).toBe(false);
    expect(await channel.getData('/')).toBeDefined();
  });

  test('a reply to a request that was never made ends the connection', async () => {
    const proxy = await proxied();
    const channel = await channelTo(proxy.connect);
    proxy.onReply(({ frame }) => {
      const other = Buffer.from(frame);
      other.writeInt32BE(4711, 4);
      return other;
    });
    await expect(channel.getData('/')).rejects.toMatchObject({ code: 'protocol-violated' });
    expect(channel.closed.aborted).toBe(true);
  });
});

describe('sessions', () => {
  test('F27: a child wanted under an ephemeral is refused for that, and nothing of the transaction is applied', async () => {
    const connect = await freshChroot(shared);
    const session = await openWireSession({ connect, auth: [], sessionTimeoutMs: 20_000 });
    onTestFinished(() => session.close());
    await session.create('/member', Buffer.alloc(0), { ephemeral: true });
    const channel = await channelTo(connect);
    const refused = channel.multi([create('/other'), create('/member/child')]);
    await expect(refused).rejects.toMatchObject({
      index: 1,
      codeName: 'NOCHILDRENFOREPHEMERALS',
      retryable: false,
      message: expect.stringContaining('the parent is ephemeral') as string,
    });
    expect(await channel.getChildren('/')).toEqual(['member']);
  });

  test('an expired session ends the channel at once', async () => {
    const proxy = await proxied();
    const channel = await channelTo(proxy.connect);
    proxy.onReply(({ handshake, frame }) => {
      if (handshake) return frame;
      const expired = Buffer.from(frame.subarray(0, 20));
      expired.writeInt32BE(16, 0);
      expired.writeInt32BE(-112, 16);
      return expired;
    });
    await expect(channel.multi([])).rejects.toMatchObject({
      code: 'zookeeper-session-expired',
      retryable: true,
    });
    expect(channel.closed.aborted).toBe(true);
  });
});

describe('limits of a server', () => {
  test('F20: a lower jute.maxbuffer hangs up, and the error says on how many bytes', async () => {
    const server = await ownServer({ properties: { 'jute.maxbuffer': 100_000 } });
    const channel = await channelTo(server.connect);
    const operations = [create('/large', Buffer.alloc(150_000))];
    const length = channel.frameLength(operations);
    const error: unknown = await channel.multi(operations).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'zookeeper-connection-lost', largestPending: length });
    expect(String(error)).toContain(`${length} bytes`);
    const configured = await channelTo(server.connect, { maxFrame: 100_000 });
    await expect(configured.multi(operations)).rejects.toMatchObject({ code: 'frame-too-large' });
    await configured.multi([create('/small', Buffer.alloc(90_000))]);
  });

  test('F31: an exceeded quota is told as one, and not retried', async () => {
    const server = await ownServer({ properties: { 'zookeeper.enforceQuota': 'true' } });
    const channel = await channelTo(server.connect);
    await channel.multi([
      create('/limited'),
      create('/zookeeper/quota/limited'),
      create(
        '/zookeeper/quota/limited/zookeeper_limits',
        'count=-1,bytes=-1=;byteHardLimit=10;countHardLimit=-1',
      ),
      create('/zookeeper/quota/limited/zookeeper_stats', 'count=1,bytes=0'),
    ]);
    await expect(channel.multi([create('/limited/a', 'more than ten bytes')])).rejects.toMatchObject({
      codeName: 'QUOTAEXCEEDED',
      retryable: false,
    });
  });
});
