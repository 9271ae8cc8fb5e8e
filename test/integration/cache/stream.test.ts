import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { startProxy, opcodes } from '../../../harness/tcp-proxy.ts';
import {
  cacheFixture,
  collect,
  counted,
  heldCall,
  type CacheFixture,
} from '../../../harness/cache-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';

const descending = (one: number, other: number): number => other - one;

async function readers(fixture: CacheFixture, key: string): Promise<readonly string[]> {
  const client = await fixture.client();
  return await client.children(`${fixture.entry(key)}/streams`);
}

describe('stream', () => {
  it('hands out items while the call goes on, in the order of their arrival, here and elsewhere', async () => {
    const fixture = await cacheFixture();
    const caches = [fixture.open({ sort: descending }), fixture.open({ sort: descending })];
    const call = heldCall(1, 2);
    const streams = caches.map((cache) => cache.stream('key', call.fill));
    for (const stream of streams) {
      expect((await stream.next()).value).toBe(1);
      expect((await stream.next()).value).toBe(2);
    }
    call.push(3);
    for (const stream of streams) expect((await stream.next()).value).toBe(3);
    // Whoever comes in the middle gets all from the beginning.
    const late = fixture.open({ sort: descending }).stream('key', call.fill);
    expect((await late.next()).value).toBe(1);
    call.push(4);
    call.end();
    expect(await Promise.all(streams.map((stream) => collect(stream)))).toEqual([[4], [4]]);
    expect(await collect(late)).toEqual([2, 3, 4]);
    expect(call.signals).toHaveLength(1);
    for (const cache of caches) expect(await collect(cache.get('key', call.fill))).toEqual([4, 3, 2, 1]);
  });

  it('hands out the finished result where there is one', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ sort: descending });
    await collect(cache.get('key', () => [1, 2]));
    const never = counted<number>();
    expect(await collect(cache.stream('key', never.fill))).toEqual([2, 1]);
    expect(await collect(fixture.open().stream('key', never.fill))).toEqual([2, 1]);
    expect(never.calls()).toBe(0);
  });

  it('ends with stream-interrupted where the key is invalidated after some items', async () => {
    const fixture = await cacheFixture();
    const call = heldCall(1);
    const caches = [fixture.open(), fixture.open()];
    const streams = caches.map((cache) => cache.stream('key', call.fill));
    for (const stream of streams) expect((await stream.next()).value).toBe(1);
    const next = streams.map((stream) => collect(stream));
    await caches[0]?.invalidate('key');
    for (const one of next) await expect(one).rejects.toMatchObject({ code: 'stream-interrupted' });
  });

  it('ends with the error of the call where it fails after some items', async () => {
    const fixture = await cacheFixture();
    const call = heldCall(1);
    const streams = [fixture.open(), fixture.open()].map((cache) => cache.stream('key', call.fill));
    for (const stream of streams) expect((await stream.next()).value).toBe(1);
    call.fail(new Error('no more'));
    for (const stream of streams) {
      await expect(stream.next()).rejects.toMatchObject({ code: 'fill-failed' });
    }
    expect(call.signals).toHaveLength(1);
    await waitFor('the readers to be gone', async () => (await readers(fixture, 'key')).length === 0);
  });

  it('fails with the call where it fails before any item, and makes it once', async () => {
    const fixture = await cacheFixture();
    for (let round = 0; round < 5; round += 1) {
      const caches = [fixture.open(), fixture.open()];
      const call = heldCall();
      const key = `key ${round}`;
      const streaming = caches.map((cache) => collect(cache.stream(key, call.fill)));
      const outcomes = Promise.allSettled(streaming);
      await waitFor('both to read along', async () => (await readers(fixture, key)).length === 2);
      call.fail(new Error('no'));
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'fill-failed' } });
      }
      expect(call.signals).toHaveLength(1);
    }
  });

  it('goes on with the next call where the first one was invalidated before any item', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = heldCall();
    const streaming = collect(cache.stream('key', call.fill));
    await waitFor('it to read along', async () => (await readers(fixture, 'key')).length === 1);
    await fixture.open().invalidate('key');
    await waitFor('the next call', () => call.signals.length === 2);
    call.push(7);
    call.end();
    expect(await streaming).toEqual([7]);
  });

  it('keeps the raw parts while somebody reads along, and no longer', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ sort: descending });
    const call = heldCall(1);
    const stream = fixture.open({ sort: descending }).stream('key', call.fill);
    const getting = collect(cache.get('key', call.fill));
    expect((await stream.next()).value).toBe(1);
    call.push(2);
    call.end();
    expect(await getting).toEqual([2, 1]);
    await waitFor('the result', async () => (await cache.state('key')).state === 'ready');
    expect(await fixture.names('key')).toContain('raw-000000');
    // Whoever waits for the end of the call does not wait for those who read along.
    await cache.settled();
    expect(await collect(stream)).toEqual([2]);
    await waitFor('the raw parts to be gone', async () => {
      return (await fixture.names('key')).join() === 'manifest,result-000000';
    });
  });

  it('leaves nothing behind of a consumer that leaves early', async () => {
    const fixture = await cacheFixture();
    const filler = fixture.open({ sort: descending });
    const reader = fixture.open({ sort: descending });
    const call = heldCall(1);
    const never = counted<number>();
    const getting = collect(filler.get('key', call.fill));
    await waitFor('its call', () => call.signals.length === 1);
    for await (const item of reader.stream('key', never.fill)) {
      expect(item).toBe(1);
      break;
    }
    await waitFor('the reader to be gone', async () => (await readers(fixture, 'key')).length === 0);
    // It does not wait for the other's call any more, so it does not take it over.
    await reader.settled();
    call.end();
    await getting;
    await filler.settled();
    expect(await fixture.names('key')).toEqual(['manifest', 'result-000000']);
    expect(never.calls()).toBe(0);
  });

  it('ends at the deadline of its caller, and the call goes on', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = heldCall(1);
    const stream = cache.stream('key', call.fill, { deadline: 300 });
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toMatchObject({ code: 'cache-timeout' });
    const getting = collect(cache.get('key', call.fill));
    call.end();
    expect(await getting).toEqual([1]);
    expect(call.signals).toHaveLength(1);
  });

  it('refuses with cache-busy who comes when too many wait already', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ maxWaiters: 2 });
    const call = heldCall();
    const streaming = collect(cache.stream('key', call.fill));
    await waitFor('it to read along', async () => (await readers(fixture, 'key')).length === 1);
    const getting = collect(cache.get('key', call.fill));
    await waitFor('both to wait', () => cache.counters.waits === 2);
    await expect(collect(cache.stream('key', call.fill))).rejects.toMatchObject({ code: 'cache-busy' });
    call.push(1);
    call.end();
    expect(await Promise.all([streaming, getting])).toEqual([[1], [1]]);
  });

  it('reads along although the request that says so was lost, or its reply', async () => {
    const fixture = await cacheFixture();
    const proxy = await startProxy(Number(inject('zookeeper').split(':')[1]));
    onTestFinished(() => proxy.stop());
    const call = heldCall(1);
    const getting = collect(fixture.open().get('key', call.fill));
    const reader = fixture.open({ connect: proxy.connect });
    await waitFor('the call', async () => (await reader.state('key')).state === 'filling');
    const isMark = (opcode: number, frame: Buffer): boolean =>
      (opcode === opcodes.create || opcode === opcodes.create2) && frame.includes('/streams/');
    for (const cut of [proxy.cutBeforeRequest(isMark), proxy.cutAfterRequest(isMark)]) {
      const stream = reader.stream('key', call.fill);
      expect((await stream.next()).value).toBe(1);
      await stream.return();
      void cut;
    }
    call.end();
    expect(await getting).toEqual([1]);
  });

  it('fails with fill-failed and the cause for the one who made the call', async () => {
    const fixture = await cacheFixture();
    const cause = new Error('nothing there');
    const failing = collect(
      fixture.open().stream('key', () => {
        throw cause;
      }),
    );
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EnclosureError);
    expect(error).toMatchObject({ code: 'fill-failed', cause });
  });
});
