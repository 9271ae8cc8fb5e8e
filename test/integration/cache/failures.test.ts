import { describe, expect, it, vi } from 'vitest';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { cacheFixture, collect, counted, heldCall } from '../../../harness/cache-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';

describe('a call that fails', () => {
  it('fails half-way for all who waited, here with the cause; the next one calls again', async () => {
    const fixture = await cacheFixture();
    const owner = fixture.open();
    const other = fixture.open();
    const cause = new TypeError('page 7 is no JSON');
    const call = heldCall(1, 2);
    const mine = [1, 2].map(() => collect(owner.get('key', call.fill)));
    await waitFor('the call', () => call.signals.length === 1);
    const theirs = [1, 2].map(() => collect(other.get('key', call.fill)));
    await waitFor('the others', () => other.counters.waits === 2);
    call.fail(cause);
    for (const one of mine) {
      const error: unknown = await one.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'fill-failed', cause });
      expect((error as Error).message).toContain('page 7 is no JSON');
    }
    for (const one of theirs) await expect(one).rejects.toMatchObject({ code: 'fill-failed' });
    expect(call.signals).toHaveLength(1);
    await owner.settled();
    expect(await fixture.names('key')).toEqual([]);
    expect(await collect(other.get('key', () => [3]))).toEqual([3]);
    expect(await collect(owner.get('key', () => []))).toEqual([3]);
    expect(await owner.state('key')).toMatchObject({ state: 'ready', epoch: 2 });
  });

  it('is not made again before negativeTtl has passed, by anybody', async () => {
    const fixture = await cacheFixture();
    const options = { negativeTtl: 60_000 };
    const owner = fixture.open(options);
    const other = fixture.open(options);
    const failing = counted<number>();
    const fail = (): never => {
      failing.fill(new AbortController().signal);
      throw new Error('no');
    };
    await expect(collect(owner.get('key', fail))).rejects.toMatchObject({ code: 'fill-failed' });
    for (const cache of [owner, other]) {
      await expect(collect(cache.get('key', fail))).rejects.toMatchObject({ code: 'fill-failed' });
      await expect(collect(cache.stream('key', fail))).rejects.toMatchObject({ code: 'fill-failed' });
      expect(await cache.state('key')).toMatchObject({ state: 'failed', epoch: 1, class: 'fill-failed' });
    }
    expect(failing.calls()).toBe(1);
    await other.invalidate('key');
    await waitFor('the owner to hear', async () => {
      const items = await collect(owner.get('key', () => [1])).catch(() => []);
      return items.length === 1;
    });
  });

  it('is made again when negativeTtl has passed by the time of the ensemble, whatever the clock here says', async () => {
    const fixture = await cacheFixture();
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    try {
      const cache = fixture.open({ negativeTtl: 400 });
      const fail = (): never => {
        throw new Error('no');
      };
      await expect(collect(cache.get('key', fail))).rejects.toMatchObject({ code: 'fill-failed' });
      vi.setSystemTime(9_999_999_999_999);
      const state = await cache.state('key');
      vi.useRealTimers();
      if (state.state === 'failed') expect(Math.abs(state.retryAfter - Date.now())).toBeLessThan(600_000);
      await waitFor('the time to pass', async () => (await cache.state('key')).state === 'absent');
      expect(await collect(cache.get('key', () => [1]))).toEqual([1]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('never ends: fillTimeout ends it, for all, and fires its signal; whether or not it heeds that', async () => {
    const fixture = await cacheFixture();
    const owner = fixture.open({ fillTimeout: 300 });
    const other = fixture.open({ fillTimeout: 300 });
    const call = heldCall(1);
    const getting = collect(owner.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    const waiting = collect(other.get('key', call.fill));
    await expect(getting).rejects.toMatchObject({ code: 'fill-timeout' });
    await expect(waiting).rejects.toMatchObject({ code: 'fill-timeout' });
    expect(call.signals[0]?.aborted).toBe(true);
    await owner.settled();
    expect(await collect(owner.get('key', () => [2]))).toEqual([2]);
  });

  it('may say no with an error of ours: that is final, and the call is not made again and again', async () => {
    const fixture = await cacheFixture();
    let calls = 0;
    const getting = collect(
      fixture.open().get('key', () => {
        calls += 1;
        throw new EnclosureError('zookeeper-connection-lost', 'of another ensemble');
      }),
    );
    await expect(getting).rejects.toMatchObject({ code: 'zookeeper-connection-lost' });
    expect(calls).toBe(1);
  });

  it('is told to return where it is no more wanted, and an error of that is nobody’s', async () => {
    const fixture = await cacheFixture();
    const returned = vi.fn<() => never>(() => {
      throw new Error('cannot return');
    });
    const items = { next: () => ({ done: false, value: 1n }), return: returned };
    const cache = fixture.open<unknown>();
    const getting = collect(cache.get('key', () => ({ [Symbol.iterator]: () => items })));
    await expect(getting).rejects.toMatchObject({ code: 'item-unencodable' });
    expect(returned).toHaveBeenCalledOnce();
  });
});

describe('an item that cannot be encoded', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  it.each([
    ['a BigInt', 1n],
    ['a function', () => undefined],
    ['undefined', undefined],
    ['a cycle', cycle],
  ])('is named by its number: %s', async (_name, item) => {
    const fixture = await cacheFixture();
    const cache = fixture.open<unknown>();
    await expect(collect(cache.get('key', () => ['a', 'b', item]))).rejects.toMatchObject({
      code: 'item-unencodable',
      details: { where: 'item 2' },
    });
    await cache.settled();
    expect(await fixture.names('key')).toEqual([]);
  });
});

describe('sort and clean', () => {
  it('fail the call where they throw, with the cause', async () => {
    const fixture = await cacheFixture();
    const cause = new RangeError('cannot');
    const fail = (_item: number): never => {
      throw cause;
    };
    for (const options of [{ sort: fail }, { clean: fail }]) {
      const cache = fixture.open(options);
      await expect(collect(cache.get('key', () => [2, 1]))).rejects.toMatchObject({
        code: 'fill-failed',
        cause,
      });
      await cache.settled();
      expect(await fixture.names('key')).toEqual([]);
    }
  });

  it('fail the call with item-unencodable where clean returns what cannot be encoded', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open<unknown>({ clean: () => 1n });
    await expect(collect(cache.get('key', () => [1]))).rejects.toMatchObject({ code: 'item-unencodable' });
  });

  it('may clean everything away', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ clean: (_item: number) => undefined });
    expect(await collect(cache.get('key', () => [2, 1]))).toEqual([]);
    expect(await cache.state('key')).toMatchObject({ state: 'ready', count: 0 });
  });
});
