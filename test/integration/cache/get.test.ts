import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { cacheFixture, collect, counted, heldCall } from '../../../harness/cache-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';

interface Row {
  readonly id: number;
  readonly text: string;
}

const byNumber = (one: number, other: number): number => one - other;

describe('get', () => {
  it('makes one call for two caches that ask at once, and both get it sorted and cleaned', async () => {
    const fixture = await cacheFixture();
    const options = {
      sort: byNumber,
      clean: (item: number) => (item % 2 === 0 ? undefined : item * 10),
    };
    const caches = [fixture.open(options), fixture.open(options)];
    const call = heldCall(5, 3, 4);
    const getting = caches.flatMap((cache) => [
      collect(cache.get('key', call.fill)),
      collect(cache.get('key', call.fill)),
    ]);
    await waitFor('the call', () => call.signals.length > 0);
    await waitFor('all to wait', () => caches.every(({ counters }) => counters.waits === 2));
    call.push(2, 1);
    call.end();
    expect(await Promise.all(getting)).toEqual(Array.from({ length: 4 }, () => [10, 30, 50]));
    expect(call.signals).toHaveLength(1);
    expect(caches.reduce((sum, { counters }) => sum + counters.fills, 0)).toBe(1);
    const again = counted<number>();
    expect(await collect(caches[0]?.get('key', again.fill) ?? [])).toEqual([10, 30, 50]);
    expect(again.calls()).toBe(0);
  });

  it('makes the same bytes in whatever order the pages arrive', async () => {
    const fixture = await cacheFixture();
    const open = (): ReturnType<typeof fixture.open<Row>> =>
      fixture.open<Row>({ pages: true, sort: (one, other) => one.id - other.id });
    const pages: Row[][] = [[{ id: 2, text: 'b' }], [], [{ id: 1, text: 'z' }], [{ id: 1, text: 'a' }]];
    const rows = await collect(open().get('one', () => pages));
    const turned = await collect(open().get('two', () => pages.toReversed()));
    expect(turned).toEqual(rows);
    expect(rows.map(({ text }) => text)).toEqual(['a', 'z', 'b']);
    const [one, two] = await Promise.all(
      ['one', 'two'].map(async (key) => {
        const path = (await fixture.files(key)).find((name) => name.includes('result-'));
        return await readFile(path ?? '');
      }),
    );
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });

  it('keeps binary items as their own codec has them', async () => {
    const fixture = await cacheFixture();
    const encode = { encode: (item: Buffer) => item, decode: (bytes: Uint8Array) => Buffer.from(bytes) };
    const items = [Buffer.from([0, 255, 10]), Buffer.alloc(0), Buffer.from('é')];
    expect(await collect(fixture.open({ encode }).get('key', () => items))).toEqual(items);
    expect(await collect(fixture.open({ encode }).get('key', () => []))).toEqual(items);
  });

  it('keeps an empty result as one', async () => {
    const fixture = await cacheFixture();
    const call = counted<number>();
    const cache = fixture.open({ sort: byNumber });
    expect(await collect(cache.get('key', call.fill))).toEqual([]);
    expect(await collect(cache.get('key', call.fill))).toEqual([]);
    expect(await collect(fixture.open({ sort: byNumber }).get('key', call.fill))).toEqual([]);
    expect(await collect(fixture.open({ sort: byNumber }).stream('key', call.fill))).toEqual([]);
    expect(call.calls()).toBe(1);
    expect(await cache.state('key')).toMatchObject({ state: 'ready', count: 0, bytes: 0, epoch: 1 });
  });

  it('takes a key of any length and content', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open<string>();
    const other = fixture.open<string>();
    const keys = [
      '',
      '/',
      '..',
      'a/../b',
      '\0',
      '🗝️',
      '\ud800',
      '\udc00',
      '\ufffd',
      ' ',
      'x'.repeat(10_000_000),
      'x'.repeat(9_999_999),
    ];
    for (const [index, key] of keys.entries()) {
      expect(await collect(cache.get(key, () => [`${index}`]))).toEqual([`${index}`]);
    }
    const never = counted<string>();
    for (const [index, key] of keys.entries()) {
      expect(await collect(other.get(key, never.fill))).toEqual([`${index}`]);
      expect((await other.state(key)).state).toBe('ready');
    }
    expect(never.calls()).toBe(0);
  });

  it('names a key of 10 MB in an error by its beginning', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const failing = collect(cache.get('x'.repeat(10_000_000), heldCall().fill, { deadline: 1 }));
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'cache-timeout' });
    expect((error as Error).message.length).toBeLessThan(1000);
  });

  it('does nothing before the first item is asked for', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = counted(1);
    const items = [cache.get('key', call.fill), cache.stream('key', call.fill)];
    const client = await fixture.client();
    expect(await client.get(fixture.stateRoot)).toBeUndefined();
    expect(call.calls()).toBe(0);
    for (const one of items) expect(await one.return()).toEqual({ done: true, value: undefined });
    expect(await client.get(fixture.stateRoot)).toBeUndefined();
  });

  it('lets a consumer leave early', async () => {
    const fixture = await cacheFixture();
    // On the disk, so that something is open while it is read.
    const cache = fixture.open<string>({ level1: { memoryBytes: 0 } });
    const items = Array.from({ length: 3 }, (_, index) => `${index}`.repeat(1_200_000));
    for await (const item of cache.get('key', () => items)) {
      expect(item[0]).toBe('0');
      break;
    }
    expect((await collect(cache.get('key', () => []))).map((item) => item[0])).toEqual(['0', '1', '2']);
  });

  it('hands out equal items to a thousand callers at once, with one watch and no warning', async () => {
    const warn = vi.fn<(warning: Error) => void>();
    process.on('warning', warn);
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const call = heldCall(1, 2);
    const getting = Array.from({ length: 1000 }, () => collect(cache.get('key', call.fill)));
    await waitFor('all to wait', () => cache.counters.waits === 1000);
    call.end();
    expect(new Set((await Promise.all(getting)).map(String))).toEqual(new Set(['1,2']));
    expect(call.signals).toHaveLength(1);
    process.off('warning', warn);
    expect(warn.mock.calls).toEqual([]);
  });
});

describe('after close', () => {
  it('everything fails with aborted, what waits as well, and a result being read is read to its end', async () => {
    const fixture = await cacheFixture();
    const cache = fixture.open();
    const reading = cache.get('there', () => [1, 2]);
    expect((await reading.next()).value).toBe(1);
    const call = heldCall();
    const waiting = collect(cache.get('key', call.fill));
    const streaming = collect(cache.stream('key', call.fill));
    const outcomes = Promise.allSettled([waiting, streaming]);
    await waitFor('the call', () => call.signals.length === 1);
    await cache.close();
    expect(call.signals[0]?.aborted).toBe(true);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } });
    }
    expect(await collect(reading)).toEqual([2]);
    await expect(collect(cache.get('there', call.fill))).rejects.toMatchObject({ code: 'aborted' });
    await expect(collect(cache.stream('there', call.fill))).rejects.toMatchObject({ code: 'aborted' });
    await expect(cache.state('there')).rejects.toMatchObject({ code: 'aborted' });
    await expect(cache.invalidate('there')).rejects.toMatchObject({ code: 'aborted' });
    await cache.close();
  });
});
