import { describe, expect, it } from 'vitest';
import type { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { cacheFixture, collect, counted, heldCall } from '../../../harness/cache-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';
import { startZooKeeper } from '../../../harness/zookeeper-server.ts';

describe('callers who wait', () => {
  it('may leave, the first of them too, and the call goes on for the others', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = heldCall(1);
    const leaving = new AbortController();
    const first = collect(cache.get('key', call.fill, { signal: leaving.signal }));
    await waitFor('the call', () => call.signals.length === 1);
    const second = collect(cache.get('key', call.fill));
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect(call.signals[0]?.aborted).toBe(false);
    call.end();
    expect(await second).toEqual([1]);
    expect(call.signals).toHaveLength(1);
  });

  it('leave a call behind that ends, although nobody waits for it any more', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = heldCall(1);
    await expect(collect(cache.get('key', call.fill, { deadline: 100 }))).rejects.toMatchObject({
      code: 'cache-timeout',
    });
    call.end();
    await waitFor('the result', async () => (await cache.state('key')).state === 'ready');
    expect(await collect(cache.get('key', call.fill))).toEqual([1]);
    expect(call.signals.length).toBeLessThan(2);
  });

  it('have each their own deadline, and one of any length', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = heldCall(1);
    const patient = [Infinity, 2 ** 31, undefined].map((deadline) =>
      collect(cache.get('key', call.fill, deadline === undefined ? {} : { deadline })),
    );
    for (const deadline of [1, 20]) {
      const error: unknown = await collect(cache.get('key', call.fill, { deadline })).catch(
        (e: unknown) => e,
      );
      expect(error).toMatchObject({ code: 'cache-timeout', details: { where: 'key' } });
    }
    call.end();
    expect(await Promise.all(patient)).toEqual([[1], [1], [1]]);
    expect(call.signals).toHaveLength(1);
  });

  it('of this process have all left while another one fills: it waits no more, and takes nothing over', async () => {
    const fixture = await cacheFixture();
    const filler = fixture.open();
    const other = fixture.open();
    const call = heldCall(1);
    const getting = collect(filler.get('key', call.fill));
    await waitFor('the call', () => call.signals.length === 1);
    const never = counted<number>();
    const leaving = new AbortController();
    const waiting = [1, 2].map(() => collect(other.get('key', never.fill, { signal: leaving.signal })));
    await waitFor('them to wait', () => other.counters.waits === 2);
    leaving.abort(new Error('enough'));
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'aborted' });
    await other.settled();
    await filler.close();
    await expect(getting).rejects.toMatchObject({ code: 'aborted' });
    await waitFor('the filler to be gone', async () => (await other.state('key')).state === 'absent');
    expect(never.calls()).toBe(0);
    expect(await collect(other.get('key', () => [2]))).toEqual([2]);
    expect(other.counters.takeovers).toBe(1);
  });

  it('are those who asked a process whose call does not count any more, and have left: it ends as well', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const other = fixture.open();
    // Several times: it may look before the other's call begins, or after.
    for (let round = 1; round <= 8; round += 1) {
      const key = `key ${round}`;
      const mine = heldCall(1);
      const theirs = heldCall(2);
      await expect(collect(cache.get(key, mine.fill, { deadline: 300 }))).rejects.toThrow();
      await waitFor('the call', () => mine.signals.length === 1);
      const getting = other.invalidate(key).then(() => collect(other.get(key, theirs.fill)));
      await waitFor('the next call', () => theirs.signals.length === 1);
      await cache.settled();
      expect(cache.counters.fills).toBe(round);
      theirs.end();
      expect(await getting).toEqual([2]);
    }
  });

  it('are refused beyond maxWaiters, and those below get the result', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open({ maxWaiters: 3 });
    const call = heldCall(1);
    const getting = Array.from({ length: 1003 }, () => collect(cache.get('key', call.fill)));
    const outcomes = Promise.allSettled(getting);
    await waitFor('the call', () => call.signals.length === 1);
    await expect(collect(cache.get('key', call.fill))).rejects.toMatchObject({ code: 'cache-busy' });
    call.end();
    const codes = (await outcomes).map((one) =>
      one.status === 'rejected' ? (one.reason as EnclosureError).code : one.value,
    );
    expect(codes.filter((code) => code === 'cache-busy')).toHaveLength(1000);
    expect(codes.filter((code) => Array.isArray(code) && code[0] === 1)).toHaveLength(3);
    expect(call.signals).toHaveLength(1);
  });

  it('cost one watch on each znode a process, and none when all is done', async () => {
    const server = await startZooKeeper();
    try {
      const fixture = await cacheFixture(server.connect);
      const cache = fixture.open();
      const call = heldCall(1);
      const filling = collect(fixture.open().get('key', call.fill));
      await waitFor('the call', () => call.signals.length === 1);
      const getting = Array.from({ length: 500 }, () => collect(cache.get('key', call.fill)));
      await waitFor('all to wait', () => cache.counters.waits === 500);
      const watched = await waitFor('the watches', async () => {
        const paths = (await server.command('wchp')).split('\n');
        return paths.some((line) => line.includes('/filler-1-')) ? paths : undefined;
      });
      const sessionsOf = (path: string): number => {
        const at = watched.findIndex((line) => (path.endsWith('-') ? line.startsWith(path) : line === path));
        const rest = watched.slice(at + 1);
        const end = rest.findIndex((line) => !line.startsWith('\t'));
        return at === -1 ? 0 : end === -1 ? rest.length : end;
      };
      expect(sessionsOf(fixture.entry('key'))).toBe(2);
      expect(sessionsOf(`${fixture.entry('key')}/filler-1-`)).toBe(1);
      expect(Number(/Total watches:(\d+)/.exec(await server.command('wchs'))?.[1])).toBeLessThanOrEqual(6);
      call.end();
      await filling;
      await Promise.all(getting);
    } finally {
      await server.stop();
    }
  });
});
