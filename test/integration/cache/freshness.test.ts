import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { cacheFixture, collect, counted, heldCall, namespace } from '../../../harness/cache-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { startZooKeeper } from '../../../harness/zookeeper-server.ts';

const shortTtl = { ttl: 1 };

describe('a result that is too old', () => {
  it('is made again, once for all', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open(shortTtl);
    expect(await collect(cache.get('key', () => [1]))).toEqual([1]);
    await waitFor('its time to pass', async () => (await cache.state('key')).state === 'absent');
    expect(await collect(cache.get('key', () => [2]))).toEqual([2]);
    expect(cache.counters.stale).toBe(0);
  });

  it('is handed out at once with staleWhileFilling, here and elsewhere, while one call goes on', async () => {
    const fixture = await cacheFixture();
    const options = { ...shortTtl, staleWhileFilling: true };
    const caches = [fixture.open(options), fixture.open(options)];
    const [cache] = caches;
    await collect(fixture.open(options).get('key', () => [1]));
    await waitFor('its time to pass', async () => (await cache?.state('key'))?.state === 'absent');
    const call = heldCall(2);
    for (const one of caches) expect(await collect(one.get('key', call.fill))).toEqual([1]);
    await waitFor('the call', () => call.signals.length === 1);
    for (const one of caches) {
      expect(await collect(one.get('key', call.fill))).toEqual([1]);
      expect(one.counters.stale).toBe(2);
    }
    // Never after an invalidation: who asks now waits.
    await caches[1]?.invalidate('key');
    // The other one has heard of it before it gets an answer to anything that it asks afterwards.
    await cache?.state('key');
    const waiting = caches.map((one) => collect(one.get('key', call.fill)));
    await waitFor('the next call', () => call.signals.length === 2);
    call.end();
    expect(await Promise.all(waiting)).toEqual([[2], [2]]);
    expect(call.signals).toHaveLength(2);
  });

  it('is waited for where it cannot be read any more', async () => {
    const fixture = await cacheFixture();
    const options = { ...shortTtl, staleWhileFilling: true };
    await collect(fixture.open(options).get('key', () => [1]));
    const cache = fixture.open(options);
    await waitFor('its time to pass', async () => (await cache.state('key')).state === 'absent');
    await rm(join(fixture.directory, namespace), { recursive: true });
    const call = heldCall(2);
    const getting = collect(cache.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    call.end();
    expect(await getting).toEqual([2]);
    expect(call.signals).toHaveLength(1);
    expect(cache.counters.stale).toBe(0);
  });

  it('is handed out with staleOnError where making it again fails, and not where it was invalidated', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ ...shortTtl, staleOnError: true });
    const fail = (): never => {
      throw new Error('no');
    };
    expect(await collect(cache.get('key', () => [1]))).toEqual([1]);
    await waitFor('its time to pass', async () => (await cache.state('key')).state === 'absent');
    expect(await collect(cache.get('key', fail))).toEqual([1]);
    expect(await collect(cache.get('key', fail))).toEqual([1]);
    expect(cache.counters).toMatchObject({ stale: 2, fills: 3 });
    await cache.invalidate({ generation: 'next' });
    await expect(collect(cache.get('key', fail))).rejects.toMatchObject({ code: 'fill-failed' });
  });

  it('is not handed out where it was invalidated while the call went on that failed', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ ...shortTtl, staleOnError: true });
    await collect(cache.get('key', () => [1]));
    await waitFor('its time to pass', async () => (await cache.state('key')).state === 'absent');
    const call = heldCall();
    const getting = collect(cache.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    await fixture.open().invalidate('key');
    await waitFor('the next call', () => call.signals.length === 2);
    call.fail(new Error('no'));
    await expect(getting).rejects.toMatchObject({ code: 'fill-failed' });
  });

  it('fails as the call does where it cannot be read any more', async () => {
    const fixture = await cacheFixture();
    await collect(fixture.open(shortTtl).get('key', () => [1]));
    const cache = fixture.open({ ...shortTtl, staleOnError: true, negativeTtl: 60_000 });
    await waitFor('its time to pass', async () => (await cache.state('key')).state === 'absent');
    await rm(join(fixture.directory, namespace), { recursive: true });
    const fail = vi.fn<() => never>(() => {
      throw new Error('no');
    });
    for (const _ of [1, 2]) {
      await expect(collect(cache.get('key', fail))).rejects.toMatchObject({ code: 'fill-failed' });
    }
    expect(fail).toHaveBeenCalledOnce();
  });

  it('is handed out with staleOnError while the ensemble is gone, but not what was invalidated before', async () => {
    const server = await startZooKeeper();
    try {
      const fixture = await cacheFixture(server.connect);
      const limits = { sessionTimeout: 1000, connectTimeout: 1000 };
      const cache = fixture.open({ ...shortTtl, ...limits, staleOnError: true });
      const other = fixture.open();
      for (const key of ['old', 'mine', 'theirs']) await collect(cache.get(key, () => [1]));
      await waitFor('the time to pass', async () => (await cache.state('theirs')).state === 'absent');
      await cache.invalidate('mine');
      await other.invalidate('theirs');
      await waitFor('it to hear', async () => (await cache.state('theirs')).state === 'absent');
      await server.signal('SIGKILL');
      const never = counted<number>();
      const getting = ['old', 'mine', 'theirs'].map((key) => collect(cache.get(key, never.fill)));
      expect(await getting[0]).toEqual([1]);
      await expect(getting[1]).rejects.toMatchObject({ code: 'zookeeper-unreachable' });
      await expect(getting[2]).rejects.toMatchObject({ code: 'zookeeper-unreachable' });
      expect(never.calls()).toBe(0);
    } finally {
      await server.stop();
    }
  });
});

describe('invalidate', () => {
  it('of a key takes the result away from caches that have it in memory', async () => {
    const fixture = await cacheFixture();
    const caches = [fixture.open(), fixture.open()];
    for (const cache of caches) expect(await collect(cache.get('key', () => [1]))).toEqual([1]);
    expect(await caches[0]?.invalidate('key')).toBe(1);
    expect(await collect(caches[0]?.get('key', () => [2]) ?? [])).toEqual([2]);
    await waitFor('the other to hear', async () => {
      const [item] = await collect(caches[1]?.get('key', () => [3]) ?? []);
      return item === 2;
    });
    expect(await caches[1]?.invalidate('unknown')).toBe(1);
  });

  it('of a key takes away the right of a call under way; who waits gets the next result', async () => {
    const fixture = await cacheFixture();
    const caches = [fixture.open(), fixture.open()];
    const calls = [heldCall(1), heldCall(2)];
    let made = 0;
    const fill = (signal: AbortSignal) => calls[made++]?.fill(signal) ?? [];
    const getting = caches.map((cache) => collect(cache.get('key', fill)));
    await waitFor('the call', () => made === 1);
    await waitFor('both to wait', () => caches.every(({ counters }) => counters.waits === 1));
    await caches[0]?.invalidate('key');
    await waitFor('the next call', () => made === 2);
    await waitFor('the signal', () => calls[0]?.signals[0]?.aborted === true);
    calls[0]?.end();
    calls[1]?.end();
    expect(await Promise.all(getting)).toEqual([[2], [2]]);
    expect(made).toBe(2);
    const superseded = caches.flatMap(({ events }) => events.filter(({ type }) => type === 'fill-failed'));
    expect(superseded).toMatchObject([{ superseded: true, epoch: 1 }]);
    await Promise.all(caches.map((cache) => cache.settled()));
    expect(await fixture.names('key')).toEqual(['manifest', 'raw-000000']);
  });

  it('of a generation says which one it is, and does so to all keys and calls', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const other = fixture.open();
    await collect(cache.get('there', () => [1]));
    const calls = [heldCall(1), heldCall(2)];
    let made = 0;
    const fill = (signal: AbortSignal) => calls[made++]?.fill(signal) ?? [];
    const getting = collect(cache.get('key', fill));
    await waitFor('the call', () => made === 1);
    expect(await other.invalidate({ generation: 'next' })).toBe(2);
    calls[0]?.end();
    await waitFor('the next call', () => made === 2);
    calls[1]?.end();
    expect(await getting).toEqual([2]);
    expect(await collect(cache.get('there', () => [3]))).toEqual([3]);
    expect(await other.invalidate({ generation: 7 })).toBe(7);
    expect(await other.invalidate({ generation: 5 })).toBe(7);
    expect((await cache.state('there')).state).toBe('absent');
  });
});

describe('the clock of a process', () => {
  const day = 86_400_000;
  it.each([
    ['ahead', day],
    ['behind', -day],
  ])('may be a day %s: what is fresh stays fresh, and what is too old is too old', async (_name, offset) => {
    const fixture = await cacheFixture();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offset });
    try {
      const never = counted<number>();
      const wrong = fixture.open({ ttl: 600_000 });
      expect(await collect(wrong.get('fresh', () => [1]))).toEqual([1]);
      expect(await collect(wrong.get('fresh', never.fill))).toEqual([1]);
      const passing = fixture.open({ ttl: 1 });
      expect(await collect(passing.get('old', () => [1]))).toEqual([1]);
      await wrong.settled();
      vi.useRealTimers();
      const right = fixture.open();
      expect(await collect(right.get('fresh', never.fill))).toEqual([1]);
      await waitFor('its time to pass', async () => (await right.state('old')).state === 'absent');
      const state = await right.state('fresh');
      expect(state.state === 'ready' && Math.abs((state.expires ?? 0) - Date.now())).toBeLessThan(700_000);
      expect(never.calls()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
