import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { contentIdOf } from '../../../../src/model/content-id.ts';
import type { Channel, Operation, Read } from '../../../../src/model/ports/channel.ts';
import type { DesiredZnode } from '../../../../src/model/desired-tree.ts';
import { emptyContent } from '../../../../src/model/content-id.ts';
import { openWireSession } from '../../../../src/zookeeper/session/open-wire-session.ts';
import { readLiveTree, readLiveZnodes } from '../../../../src/zookeeper/tree/read-live-tree.ts';
import { readTree } from '../../../../src/zookeeper/tree/read-tree.ts';
import { opcodes, startProxy } from '../../../../harness/tcp-proxy.ts';
import { channelTo, create, freshChroot } from '../channel-fixture.ts';

const server = inject('zookeeper');
const sha1 = { algorithm: 'sha1' } as const;
let connect: string;

beforeAll(async () => {
  connect = await freshChroot(server);
});

async function createAll(channel: Channel, operations: readonly Operation[]): Promise<void> {
  const transactions: Promise<unknown>[] = [];
  for (let start = 0; start < operations.length; start += 1000) {
    transactions.push(channel.multi(operations.slice(start, start + 1000)));
    if (transactions.length % 8 === 0) await Promise.all(transactions);
  }
  await Promise.all(transactions);
}

/** The channel, with a look at every multiRead before it is sent. */
function watched(channel: Channel, before: (reads: readonly Read[]) => Promise<void> | void): Channel {
  return {
    multi: (operations) => channel.multi(operations),
    async multiRead(reads) {
      await before(reads);
      return await channel.multiRead(reads);
    },
    getData: (path) => channel.getData(path),
    getChildren: (path) => channel.getChildren(path),
    getAcl: (path) => channel.getAcl(path),
    sync: (path) => channel.sync(path),
    watchTree: (path, onEvent) => channel.watchTree(path, onEvent),
    frameLength: (operations) => channel.frameLength(operations),
    maxFrame: channel.maxFrame,
    closed: channel.closed,
    close: () => channel.close(),
  };
}

describe('readLiveTree', () => {
  test('holds every znode below the root with the blob id of its data', async () => {
    const channel = await channelTo(connect);
    await channel.multi([
      create('/tree', 'root'),
      create('/tree/a'),
      create('/tree/a/größe', 'x'),
      create('/tree/a/b'),
      create('/tree/a/b/c', 'deep'),
      { op: 'setData', path: '/tree/a/b/c', data: Buffer.from('deeper'), version: 0 },
    ]);
    const live = await readLiveTree(channel, '/tree', sha1);
    const plain = { version: 0, children: 0, ephemeral: false };
    expect(Object.fromEntries(live ?? [])).toEqual({
      '': { ...plain, content: contentIdOf('sha1', Buffer.from('root')), size: 4, children: 1 },
      a: { ...plain, content: emptyContent.sha1, size: 0, children: 2 },
      'a/größe': { ...plain, content: contentIdOf('sha1', Buffer.from('x')), size: 1 },
      'a/b': { ...plain, content: emptyContent.sha1, size: 0, children: 1 },
      'a/b/c': { ...plain, content: contentIdOf('sha1', Buffer.from('deeper')), size: 6, version: 1 },
    });
  });

  test('a parent is visited before its children', async () => {
    const channel = await channelTo(connect);
    const operations = [create('/order')];
    for (let index = 0; index < 300; index += 1) {
      operations.push(create(`/order/${index}`), create(`/order/${index}/child`));
    }
    await createAll(channel, operations);
    const seen = new Set<string>();
    await readTree(channel, '/order', {
      visit(path) {
        const slash = path.lastIndexOf('/');
        if (path !== '') expect(seen.has(slash === -1 ? '' : path.slice(0, slash))).toBe(true);
        seen.add(path);
      },
    });
    expect(seen.size).toBe(601);
  });

  test('a root that does not exist is told apart from an empty one', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/empty')]);
    expect(await readLiveTree(channel, '/absent', sha1)).toBeUndefined();
    expect((await readLiveTree(channel, '/empty', sha1))?.size).toBe(1);
  });

  test('F23: the server is made to catch up before the first read', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/caught-up')]);
    const calls: string[] = [];
    const noting = watched(channel, () => void calls.push('multiRead'));
    const sync = async (path: string): Promise<void> => {
      await channel.sync(path);
      calls.push(`sync ${path}`);
    };
    await readLiveTree({ ...noting, sync }, '/caught-up', sha1);
    expect(calls).toEqual(['sync /caught-up', 'multiRead']);
    calls.length = 0;
    await readLiveZnodes({ ...noting, sync }, '/caught-up', [''], sha1);
    expect(calls).toEqual(['sync /caught-up', 'multiRead']);
  });

  test('reads through a server without multiRead', async () => {
    const proxy = await startProxy(Number(server.split(':')[1]));
    onTestFinished(() => proxy.stop());
    void proxy.cutBeforeRequest((opcode) => opcode === opcodes.multiRead);
    const channel = await channelTo(proxy.connect + connect.slice(connect.indexOf('/')));
    await channel.multi([create('/old', 'x'), create('/old/a', 'y')]);
    expect([...((await readLiveTree(channel, '/old', sha1))?.keys() ?? [])]).toEqual(['', 'a']);
  });

  test('an id that is expected is the expected string', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/hint', 'data')]);
    const expected = new Map<string, DesiredZnode>([
      ['', { content: contentIdOf('sha1', Buffer.from('data')), size: 4 }],
    ]);
    const live = await readLiveTree(channel, '/hint', { ...sha1, expected });
    expect(live?.get('')?.content).toBe(expected.get('')?.content);
  });

  test('F26: an ephemeral znode is marked as one', async () => {
    const channel = await channelTo(connect);
    await channel.multi([create('/owned')]);
    const session = await openWireSession({ connect, auth: [], sessionTimeoutMs: 20_000 });
    onTestFinished(() => session.close());
    await session.create('/owned/member', Buffer.from('me'), { ephemeral: true });
    const live = await readLiveTree(channel, '/owned', sha1);
    expect(live?.get('')?.ephemeral).toBe(false);
    expect(live?.get('member')?.ephemeral).toBe(true);
  });

  test('F24: a znode that may not be read fails the whole read', async () => {
    const channel = await channelTo(connect);
    const closed = [{ permissions: 16, scheme: 'world', id: 'anyone' }];
    await channel.multi([create('/closed'), create('/closed/a'), create('/closed/secret', '', closed)]);
    await expect(readLiveTree(channel, '/closed', sha1)).rejects.toMatchObject({
      code: 'zookeeper-denied',
      details: { where: '/closed/secret' },
    });
  });

  test('F24: a connection that is lost half-way fails the whole read', async () => {
    const proxy = await startProxy(Number(server.split(':')[1]));
    onTestFinished(() => proxy.stop());
    const channel = await channelTo(proxy.connect + connect.slice(connect.indexOf('/')));
    await channel.multi([create('/half'), create('/half/a'), create('/half/a/b'), create('/half/a/b/c')]);
    let left = 4;
    const cut = proxy.cutAfterRequest((opcode) => opcode === opcodes.multiRead && (left -= 1) === 0);
    await expect(readLiveTree(channel, '/half', sha1)).rejects.toMatchObject({
      code: 'zookeeper-connection-lost',
    });
    await cut;
  });

  test('a directory that vanishes while it is read is missing, and so is what was below', async () => {
    const channel = await channelTo(connect);
    await channel.multi([
      create('/race'),
      create('/race/gone'),
      create('/race/gone/a'),
      create('/race/stays'),
    ]);
    const racing = watched(channel, async (reads) => {
      if (!reads.some(({ op, path }) => op === 'getChildren' && path === '/race/gone')) return;
      await channel.multi([
        { op: 'delete', path: '/race/gone/a', version: -1 },
        { op: 'delete', path: '/race/gone', version: -1 },
      ]);
    });
    const live = await readLiveTree(racing, '/race', sha1);
    expect([...(live?.keys() ?? [])]).toEqual(['', 'stays']);
  });

  test('what the visitor throws ends the read', async () => {
    const channel = await channelTo(connect);
    const failure = new Error('the disk is full');
    const visit = (): void => {
      throw failure;
    };
    await expect(readTree(channel, '/', { visit })).rejects.toBe(failure);
  });

  test('the signal ends it, although the server does not answer', async () => {
    const proxy = await startProxy(Number(server.split(':')[1]));
    onTestFinished(() => proxy.stop());
    const channel = await channelTo(proxy.connect);
    proxy.dropReplies();
    const abort = new AbortController();
    const reading = readLiveTree(channel, '/', { ...sha1, signal: abort.signal });
    abort.abort();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    proxy.cut();
  });
});

describe('large trees', () => {
  test('F30: 100,000 siblings are listed and read, and the session lives on', async () => {
    const channel = await channelTo(connect, { sessionTimeoutMs: 5000 });
    const count = 100_000;
    await channel.multi([create('/wide')]);
    const operations = Array.from({ length: count }, (_, index) =>
      create(`/wide/${sibling(index)}`, `${index}`),
    );
    await createAll(channel, operations);
    let last = 0;
    const live = await readLiveTree(channel, '/wide', { ...sha1, onProgress: ({ done }) => (last = done) });
    expect(live?.size).toBe(count + 1);
    expect(last).toBe(count + 1);
    for (const index of [0, 1, 4711, count - 1]) {
      expect(live?.get(sibling(index))?.content).toBe(contentIdOf('sha1', Buffer.from(`${index}`)));
    }
    // 10 MB of names in one reply
    const names = await channel.getChildren('/wide');
    expect(names?.reduce((sum, name) => sum + name.length + 4, 0)).toBeGreaterThan(10_000_000);
    expect(channel.closed.aborted).toBe(false);
  });

  /** A hundred characters. */
  function sibling(index: number): string {
    return createHash('sha1').update(`${index}`).digest('hex').padEnd(100, '-');
  }

  test('large values whose sizes are known are asked for few at a time', async () => {
    const channel = await channelTo(connect);
    const size = 300_000;
    await channel.multi([create('/values')]);
    const expected = new Map<string, DesiredZnode>([['', { content: emptyContent.sha1, size: 0 }]]);
    for (let index = 0; index < 20; index += 1) {
      await channel.multi([create(`/values/${index}`, Buffer.alloc(size, index))]);
      expected.set(`${index}`, { content: contentIdOf('sha1', Buffer.alloc(size, index)), size });
    }
    let most = 0;
    const counted = watched(channel, (reads) => {
      most = Math.max(most, reads.length);
    });
    const live = await readLiveTree(counted, '/values', { ...sha1, expected });
    expect(most).toBe(3);
    for (const [path, { content }] of expected) expect(live?.get(path)?.content).toBe(content);
  });
});

describe('readLiveZnodes', () => {
  test('reads the given znodes and nothing else; what is not there is not in the map', async () => {
    const channel = await channelTo(connect);
    await channel.multi([
      create('/some', 'r'),
      create('/some/a', 'a'),
      create('/some/a/b'),
      create('/some/c'),
    ]);
    const live = await readLiveZnodes(channel, '/some', ['', 'a', 'absent', 'a/absent'], sha1);
    expect([...live.keys()].toSorted()).toEqual(['', 'a']);
    expect(live.get('a')).toEqual({
      content: contentIdOf('sha1', Buffer.from('a')),
      size: 1,
      version: 0,
      children: 1,
      ephemeral: false,
    });
  });

  test('reads nothing for no paths', async () => {
    const channel = await channelTo(connect);
    expect((await readLiveZnodes(channel, '/some', [], sha1)).size).toBe(0);
  });

  test('F24: a znode that may not be read fails the whole read', async () => {
    const channel = await channelTo(connect);
    const closed = [{ permissions: 16, scheme: 'world', id: 'anyone' }];
    await channel.multi([create('/shut'), create('/shut/secret', '', closed)]);
    await expect(readLiveZnodes(channel, '/shut', ['', 'secret'], sha1)).rejects.toMatchObject({
      code: 'zookeeper-denied',
    });
  });
});
