import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { keyDigest } from '../../../src/cache/coordination/entry-paths.ts';
import { cacheFixture, collect, counted, heldCall } from '../../../harness/cache-fixture.ts';
import { opcodes, startProxy, type MatchRequest, type TcpProxy } from '../../../harness/tcp-proxy.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { startZooKeeper, type ZooKeeperServer } from '../../../harness/zookeeper-server.ts';

async function proxy(): Promise<TcpProxy> {
  const started = await startProxy(Number(inject('zookeeper').split(':')[1]));
  onTestFinished(() => started.stop());
  return started;
}

async function server(): Promise<ZooKeeperServer> {
  const started = await startZooKeeper();
  onTestFinished(() => started.stop());
  return started;
}

const isMulti: MatchRequest = (opcode) => opcode === opcodes.multi;
const says =
  (...words: readonly string[]): MatchRequest =>
  (opcode, frame) =>
    isMulti(opcode, frame) && words.every((word) => frame.includes(word));

describe('a connection that breaks', () => {
  const create: MatchRequest = (opcode, frame) =>
    (opcode === opcodes.create || opcode === opcodes.create2) && frame.includes('filler-1');
  const steps: readonly (readonly [string, MatchRequest])[] = [
    ['making the znodes of the key', says('streams')],
    ['making the znode of the filler', create],
    ['claiming', says('"filling"')],
    ['reporting progress', says('"parts":1', '"complete":false')],
    ['reporting the end of the call', says('"complete":true')],
    ['publishing', says('"ready"')],
  ];
  const cases = steps.flatMap(([name, match]) =>
    (['before', 'after'] as const).map((when) => ({ name, match, when })),
  );
  it.each(cases)(
    '$when the server took the request, $name: costs no second call',
    async ({ match, when }) => {
      const fixture = await cacheFixture();
      const way = await proxy();
      const cache = fixture.open({ connect: way.connect });
      const call = heldCall(1);
      const cut = when === 'before' ? way.cutBeforeRequest(match) : way.cutAfterRequest(match);
      const getting = collect(cache.get('key', call.fill));
      await waitFor('the call', () => call.signals.length === 1);
      if (match === steps[3]?.[1]) await cut;
      call.end();
      expect(await getting).toEqual([1]);
      await cut;
      expect(call.signals).toHaveLength(1);
      expect(await fixture.open().state('key')).toMatchObject({ state: 'ready', epoch: 1 });
      expect(await collect(fixture.open().get('key', call.fill))).toEqual([1]);
      expect(call.signals).toHaveLength(1);
    },
  );

  it('while a failure is published is told once, and the call is not made again', async () => {
    const fixture = await cacheFixture();
    const way = await proxy();
    const cache = fixture.open({ connect: way.connect, negativeTtl: 60_000 });
    const call = heldCall();
    const cut = way.cutAfterRequest(says('"failed"'));
    const getting = collect(cache.get('key', call.fill));
    call.fail(new Error('no'));
    await expect(getting).rejects.toMatchObject({ code: 'fill-failed' });
    await cut;
    await expect(collect(cache.get('key', call.fill))).rejects.toMatchObject({ code: 'fill-failed' });
    expect(call.signals).toHaveLength(1);
  });

  it('again and again while others wait loses nobody', async () => {
    const fixture = await cacheFixture();
    const way = await proxy();
    const filler = fixture.open();
    const cache = fixture.open({ connect: way.connect });
    const call = heldCall(1);
    const filling = collect(filler.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    const never = counted<number>();
    const waiting = collect(cache.get('key', never.fill));
    const streaming = cache.stream('key', never.fill);
    expect((await streaming.next()).value).toBe(1);
    for (const item of [2, 3, 4]) {
      const before = way.accepted();
      way.cut();
      await waitFor('it to come back', () => way.accepted() > before);
      call.push(item);
      expect((await streaming.next()).value).toBe(item);
    }
    call.end();
    expect(await Promise.all([filling, waiting])).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect(never.calls()).toBe(0);
  });

  it('in the middle of a claim whose callers leave keeps nobody else waiting', async () => {
    const fixture = await cacheFixture();
    const way = await proxy();
    const cache = fixture.open({ connect: way.connect });
    await collect(cache.get('key', () => [1]));
    await cache.invalidate('key');
    const leaving = new AbortController();
    const never = counted<number>();
    const claiming: MatchRequest = (opcode, frame) =>
      opcode === opcodes.getAcl && frame.includes(keyDigest('key'));
    const cut = way.cutBeforeRequest(claiming);
    const getting = collect(cache.get('key', never.fill, { signal: leaving.signal }));
    await cut;
    leaving.abort();
    await expect(getting).rejects.toMatchObject({ code: 'aborted' });
    expect(await collect(fixture.open().get('key', () => [2]))).toEqual([2]);
    expect(never.calls()).toBe(0);
  });

  it('while somebody else’s call begins and fails: that failure is one’s own', async () => {
    const fixture = await cacheFixture();
    const way = await proxy();
    const cache = fixture.open({ connect: way.connect });
    await cache.state('key');
    const cut = way.cutBeforeRequest(create);
    const never = counted<number>();
    const getting = collect(cache.get('key', never.fill));
    await cut;
    way.refuse();
    const failing = collect(
      fixture.open().get('key', () => {
        throw new Error('no');
      }),
    );
    await expect(failing).rejects.toMatchObject({ code: 'fill-failed' });
    way.accept();
    await expect(getting).rejects.toMatchObject({ code: 'fill-failed' });
    expect(never.calls()).toBe(0);
  });
});

describe('a filler that is cut off for longer than its session', () => {
  it('is taken over with the next epoch, publishes nothing, and gets the other’s result', async () => {
    const fixture = await cacheFixture();
    const way = await proxy();
    const cut = fixture.open({ connect: way.connect, sessionTimeout: 1000 });
    const other = fixture.open();
    const mine = heldCall(1);
    const theirs = heldCall(2);
    const getting = collect(cut.get('key', mine.fill));
    await waitFor('the call', () => mine.signals.length === 1);
    const waiting = collect(other.get('key', theirs.fill));
    await waitFor('the other to wait', () => other.counters.waits === 1);
    way.refuse();
    await waitFor('the takeover', () => theirs.signals.length === 1);
    mine.end();
    way.accept();
    theirs.end();
    expect(await waiting).toEqual([2]);
    expect(await getting).toEqual([2]);
    expect(mine.signals).toHaveLength(1);
    expect(mine.signals[0]?.aborted).toBe(true);
    expect(other.counters).toMatchObject({ fills: 1, takeovers: 1 });
    expect(await other.state('key')).toMatchObject({ state: 'ready', epoch: 2 });
    await Promise.all([cut.settled(), other.settled()]);
    expect(await fixture.names('key')).toEqual(['manifest', 'raw-000000']);
  });

  it('is taken over by who reads along, where nothing was handed out', async () => {
    const fixture = await cacheFixture();
    const way = await proxy();
    const cut = fixture.open({ connect: way.connect, sessionTimeout: 1000 });
    const other = fixture.open();
    const mine = heldCall();
    const getting = collect(cut.get('key', mine.fill));
    await waitFor('the call', () => mine.signals.length === 1);
    const streaming = collect(other.stream('key', () => [2]));
    await waitFor('the other to wait', () => other.counters.waits === 1);
    way.refuse();
    expect(await streaming).toEqual([2]);
    way.accept();
    expect(await getting).toEqual([2]);
  });
});

describe('a server that is killed during a call', () => {
  it('and comes back within the session timeout: the same call goes on', async () => {
    const ours = await server();
    const fixture = await cacheFixture(ours.connect);
    const caches = [1, 2].map(() => fixture.open({ sessionTimeout: 60_000 }));
    const call = heldCall(1);
    const getting = caches.map((cache) => collect(cache.get('key', call.fill)));
    await waitFor('both to wait', () => caches.every(({ counters }) => counters.waits === 1));
    await waitFor('the call', () => call.signals.length === 1);
    await ours.signal('SIGKILL');
    call.push(2);
    call.end();
    await ours.restart();
    expect(await Promise.all(getting)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(call.signals).toHaveLength(1);
  });

  it('and comes back after it: whoever asked gets a result, and each further call is a takeover', async () => {
    const ours = await server();
    const fixture = await cacheFixture(ours.connect);
    const caches = [1, 2].map(() => fixture.open({ sessionTimeout: 1000 }));
    const call = heldCall(1);
    const getting = caches.map((cache) => collect(cache.get('key', call.fill)));
    await waitFor('the call', () => call.signals.length === 1);
    await waitFor('both to wait', () => caches.every(({ counters }) => counters.waits === 1));
    await ours.signal('SIGKILL');
    await waitFor('the call to be given up', () => call.signals[0]?.aborted === true);
    await ours.restart();
    call.end();
    expect(await Promise.all(getting)).toEqual([[1], [1]]);
    const takeovers = caches.reduce((sum, { counters }) => sum + counters.takeovers, 0);
    expect(call.signals).toHaveLength(1 + takeovers);
  });
});

describe('a waiter', () => {
  it('that is woken for nothing goes on waiting (F60)', async () => {
    const fixture = await cacheFixture();
    const [filler, other] = [fixture.open(), fixture.open()];
    const client = await fixture.client();
    const call = heldCall(1);
    const filling = collect(filler.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    const never = counted<number>();
    const waiting = collect(other.get('key', never.fill));
    const stream = other.stream('key', never.fill);
    expect((await stream.next()).value).toBe(1);
    const progress = `${fixture.entry('key')}/progress`;
    for (let round = 0; round < 5; round += 1) {
      const data = (await client.get(progress))?.data.toString() ?? '';
      await client.set(progress, data);
    }
    call.end();
    expect(await Promise.all([filling, waiting, collect(stream)])).toEqual([[1], [1], []]);
    expect(never.calls()).toBe(0);
  });

  it('gets the result of the call that is under way although somebody touched the state of the key (F60)', async () => {
    const fixture = await cacheFixture();
    const [filler, other] = [fixture.open(), fixture.open()];
    const client = await fixture.client();
    const call = heldCall(1);
    const getting = [filler, other].map((cache) => collect(cache.get('key', call.fill)));
    await waitFor('the call', () => call.signals.length === 1);
    const path = fixture.entry('key');
    await client.set(path, (await client.get(path))?.data.toString() ?? '');
    call.end();
    expect(await Promise.all(getting)).toEqual([[1], [1]]);
    expect(call.signals).toHaveLength(1);
  });

  it('whose filler was killed takes over (F60)', async () => {
    const fixture = await cacheFixture();
    const [filler, other] = [fixture.open(), fixture.open()];
    const call = heldCall();
    const filling = collect(filler.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    const waiting = [1, 2].map(() => collect(other.get('key', () => [2])));
    await waitFor('the others', () => other.counters.waits === 2);
    await filler.close();
    await expect(filling).rejects.toMatchObject({ code: 'aborted' });
    expect(await Promise.all(waiting)).toEqual([[2], [2]]);
    expect(other.counters).toMatchObject({ fills: 1, takeovers: 1 });
  });
});
