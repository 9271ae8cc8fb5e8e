import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { startProxy, type TcpProxy } from '../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { channelTo, create, freshChroot } from './channel-fixture.ts';

const server = inject('zookeeper');
const addWatch = 106;
let connect: string;

beforeAll(async () => {
  connect = await freshChroot(server);
});

async function proxied(): Promise<{ readonly proxy: TcpProxy; readonly through: string }> {
  const proxy = await startProxy(Number(server.split(':')[1]));
  onTestFinished(() => proxy.stop());
  return { proxy, through: proxy.connect + connect.slice(connect.indexOf('/')) };
}

describe('watchTree', () => {
  test('tells of what is created, changed and deleted below it, again and again, with paths below the chroot', async () => {
    const [watching, writing] = [await channelTo(connect), await channelTo(connect)];
    const told: string[] = [];
    expect(await watching.watchTree('/tree', (path) => told.push(path))).toBe(true);
    await writing.multi([create('/tree'), create('/tree/a'), create('/tree/a/größe')]);
    const set = (data: string) =>
      writing.multi([{ op: 'setData', path: '/tree/a', data: Buffer.from(data), version: -1 }]);
    await set('one');
    await set('two');
    await writing.multi([{ op: 'delete', path: '/tree/a/größe', version: -1 }]);
    await watching.sync('/tree'); // its reply comes after all that
    expect(told).toEqual(['/tree', '/tree/a', '/tree/a/größe', '/tree/a', '/tree/a', '/tree/a/größe']);
  });

  test('does not tell of foreign trees, and each watch of its own only', async () => {
    const [watching, writing] = [await channelTo(connect), await channelTo(connect)];
    const [one, other]: [string[], string[]] = [[], []];
    await watching.watchTree('/one', (path) => one.push(path));
    await watching.watchTree('/other', (path) => other.push(path));
    await writing.multi(['/one', '/one-more', '/other', '/other/a'].map((path) => create(path)));
    await watching.sync('/');
    expect({ one, other }).toEqual({ one: ['/one'], other: ['/other', '/other/a'] });
  });

  test('works on the whole server, without a chroot', async () => {
    const watching = await channelTo(server);
    const told: string[] = [];
    await watching.watchTree('/', (path) => told.push(path));
    const path = `${connect.slice(connect.indexOf('/'))}/seen`;
    await (await channelTo(server)).multi([create(path)]);
    await watching.sync('/');
    expect(told).toContain(path);
  });

  test('does not hinder requests that are under way', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/busy')]);
    let told = 0;
    await channel.watchTree('/busy', () => (told += 1));
    const names = Array.from({ length: 100 }, (_, index) => `/busy/${index}`);
    const results = await Promise.all(names.map((path) => channel.multi([create(path)])));
    expect(results.flat().map((result) => 'path' in result && result.path)).toEqual(names);
    expect(told).toBe(100);
  });

  test('is gone with the connection, and `closed` says so', async () => {
    const { proxy, through } = await proxied();
    const channel = await channelTo(through);
    const told: string[] = [];
    await channel.watchTree('/broken', (path) => told.push(path));
    proxy.cut();
    await waitFor('the end of the channel', () => channel.closed.aborted);
    await (await channelTo(connect)).multi([create('/broken')]);
    expect(told).toEqual([]);
    await expect(channel.watchTree('/broken', () => undefined)).rejects.toMatchObject({
      code: 'zookeeper-connection-lost',
    });
  });
});

describe('a server without such a watch', () => {
  test('that is known to be older is not asked, so that it does not hang up', async () => {
    const { proxy, through } = await proxied();
    void proxy.cutBeforeRequest((opcode) => opcode === 22); // the probe for multiRead, which is as old
    const channel = await channelTo(through);
    void proxy.cutBeforeRequest((opcode) => opcode === addWatch);
    expect(await channel.watchTree('/', () => undefined)).toBe(false);
    expect(await channel.getChildren('/')).toBeDefined();
  });

  test('that answers UNIMPLEMENTED gives false, and the channel works on', async () => {
    const { proxy, through } = await proxied();
    const channel = await channelTo(through);
    proxy.onReply(({ frame }) => {
      const unimplemented = Buffer.from(frame.subarray(0, 20));
      unimplemented.writeInt32BE(16, 0);
      unimplemented.writeInt32BE(-6, 16);
      return unimplemented;
    });
    const told: string[] = [];
    expect(await channel.watchTree('/', (path) => told.push(path))).toBe(false);
    proxy.onReply(undefined);
    await channel.multi([create('/unimplemented')]);
    expect(told).toEqual([]);
  });

  test('that hangs up fails the request like any other loss', async () => {
    const { proxy, through } = await proxied();
    const channel = await channelTo(through);
    void proxy.cutBeforeRequest((opcode) => opcode === addWatch);
    await expect(channel.watchTree('/', () => undefined)).rejects.toMatchObject({
      code: 'zookeeper-connection-lost',
      retryable: true,
    });
  });
});
