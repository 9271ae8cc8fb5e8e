import fc from 'fast-check';
import { getEventListeners, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Fill } from '../../../../src/cache/bulk-cache-options.ts';
import { takeItems } from '../../../../src/cache/fill/take-items.ts';

const never = new AbortController().signal;
const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

async function all<T>(fill: Fill<T>, pages = false, signal = never): Promise<T[]> {
  const items: T[] = [];
  for await (const item of takeItems(fill, pages, signal)) items.push(item);
  return items;
}

async function* slowly<T>(values: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const value of values) {
    await nextTurn();
    yield value;
  }
}

/** A source that tells what is asked of it. */
function watched<T>(next: () => IteratorResult<T> | Promise<IteratorResult<T>>, onReturn = () => {}) {
  const asked = { next: 0, return: 0 };
  const iterator = {
    next() {
      asked.next += 1;
      return Promise.resolve(next());
    },
    return() {
      asked.return += 1;
      onReturn();
      return Promise.resolve({ done: true as const, value: undefined });
    },
  };
  return { asked, source: { [Symbol.asyncIterator]: () => iterator } };
}

describe('takeItems', () => {
  test('gives the items of a source in their order, whether they are there already or come later', async () => {
    expect(await all(() => [3, 1, 2])).toEqual([3, 1, 2]);
    expect(await all(() => slowly([3, 1, 2]))).toEqual([3, 1, 2]);
    expect(await all(() => [])).toEqual([]);
    expect(await all(() => slowly([]))).toEqual([]);
  });

  test('gives the items of pages, also of empty ones', async () => {
    const anyPages = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(anyPages, fc.boolean(), async (list, later) => {
        expect(await all<number>(() => (later ? slowly(list) : list), true)).toEqual(list.flat());
      }),
      { numRuns: 30 },
    );
  });

  test('asks for the next page while the items of the last one are taken, and for no more', async () => {
    const { source, asked } = watched(() => ({ value: [1, 2] }));
    const items = takeItems<number>(() => source, true, never);
    await items.next();
    expect(asked.next).toBe(2);
    await items.next();
    await nextTurn();
    expect(asked.next).toBe(2);
    await items.next();
    expect(asked.next).toBe(3);
    await items.return();
    expect(asked.return).toBe(1);
  });

  test('gives every item of a page whose array the source uses again', async () => {
    const source = async function* (): AsyncGenerator<readonly number[]> {
      const page: number[] = [];
      for (let item = 1; item <= 6; item += 1) {
        page.push(item);
        if (page.length < 3) continue;
        yield page;
        page.length = 0;
      }
    };
    expect(await all<number>(source, true)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('gives the items of the last page before the error that came while they were taken', async () => {
    const broken = new Error('the second page is gone');
    const source = async function* (): AsyncGenerator<readonly number[]> {
      yield [1, 2];
      throw broken;
    };
    const items = takeItems<number>(source, true, never);
    const taken = [await items.next()];
    await nextTurn();
    taken.push(await items.next());
    expect(taken.map(({ value }) => value)).toEqual([1, 2]);
    await expect(items.next()).rejects.toBe(broken);
  });

  test('does not tell a source to return that ended while the items of its last page were taken', async () => {
    let pages = 0;
    const { source, asked } = watched<readonly number[]>(() => {
      pages += 1;
      return pages === 1 ? { value: [1, 2] } : { done: true, value: undefined };
    });
    const items = takeItems<number>(() => source, true, never);
    await items.next();
    await nextTurn();
    await items.return();
    expect(asked).toEqual({ next: 2, return: 0 });
  });

  test('gives arrays as they are where they are items', async () => {
    expect(await all<readonly number[]>(() => [[1, 2], []])).toEqual([[1, 2], []]);
  });

  test('makes the call when the first item is asked for, with the signal', async () => {
    const given: AbortSignal[] = [];
    const items = takeItems<number>((signal) => (given.push(signal), [1]), false, never);
    expect(given).toEqual([]);
    await items.next();
    await items.next();
    expect(given).toEqual([never]);
  });

  test('makes no call when the signal has fired', async () => {
    let calls = 0;
    const taking = all<number>(() => ((calls += 1), [1]), false, AbortSignal.abort());
    await expect(taking).rejects.toMatchObject({ code: 'aborted' });
    expect(calls).toBe(0);
  });

  test('ends at once when the signal fires while the source hangs, and tells it to return', async () => {
    const end = new AbortController();
    const { source, asked } = watched<number>(() => new Promise(() => {}));
    const taking = all(() => source, false, end.signal);
    await nextTurn();
    expect(asked).toEqual({ next: 1, return: 0 });
    end.abort('enough');
    await expect(taking).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    expect(asked).toEqual({ next: 1, return: 1 });
    expect(listeners(end.signal)).toBe(0);
  });

  test('asks no more when the signal fired between two items', async () => {
    const end = new AbortController();
    const { source, asked } = watched(() => ({ value: 1 }));
    const items = takeItems(() => source, false, end.signal);
    await items.next();
    end.abort();
    await expect(items.next()).rejects.toMatchObject({ code: 'aborted' });
    expect(asked).toEqual({ next: 1, return: 1 });
  });

  test.each([
    ['items', [1], false],
    ['pages', [[1, 2, 3]], true],
    ['empty pages', [[]], true],
    ['one page', [1], true],
  ] as const)('leaves others their turn while there is no end of %s', async (name, values, pages) => {
    const end = new AbortController();
    let turns = 0;
    const timer = setInterval(() => (turns += 1) === 3 && end.abort(), 1);
    const endless = function* () {
      for (;;) yield* values;
    };
    const source = name === 'one page' ? () => [endless() as Iterable<unknown> as unknown[]] : endless;
    try {
      const taking = (async () => {
        for await (const item of takeItems<unknown>(source, pages, end.signal)) void item;
      })();
      await expect(taking).rejects.toMatchObject({ code: 'aborted' });
      expect(turns).toBe(3);
    } finally {
      clearInterval(timer);
    }
  });

  test('has one listener on the signal, however many items there are, and none in the end', async () => {
    const end = new AbortController();
    const seen = new Set<number>();
    const source = Array.from({ length: 200 }, (_, index) => index);
    for await (const item of takeItems<number>(() => slowly(source), false, end.signal)) {
      void item;
      seen.add(listeners(end.signal));
    }
    expect([...seen]).toEqual([1]);
    expect(listeners(end.signal)).toBe(0);
  });

  test('does not tell a source to return that has ended', async () => {
    const ended = watched<number>(() => ({ done: true, value: undefined }));
    expect(await all(() => ended.source)).toEqual([]);
    expect(ended.asked).toEqual({ next: 1, return: 0 });
  });

  test('passes on the error of a source, which has ended with it', async () => {
    const end = new AbortController();
    const broken = new Error('the database is gone');
    const failing = watched<number>(() => Promise.reject(broken));
    await expect(all(() => failing.source, false, end.signal)).rejects.toBe(broken);
    expect(failing.asked).toEqual({ next: 1, return: 0 });
    expect(listeners(end.signal)).toBe(0);
    const synchronous = function* (): Generator<number> {
      yield 1;
      throw broken;
    };
    await expect(all(synchronous)).rejects.toBe(broken);
    const call = (): never => {
      throw broken;
    };
    await expect(all(call)).rejects.toBe(broken);
  });

  test('tells a source to return when its reader has enough', async () => {
    const end = new AbortController();
    const { source, asked } = watched(() => ({ value: 1 }));
    for await (const item of takeItems(() => source, false, end.signal)) if (item === 1) break;
    expect(asked).toEqual({ next: 1, return: 1 });
    expect(listeners(end.signal)).toBe(0);
  });

  test('tells a source to return whose page is none', async () => {
    const { source, asked } = watched(() => ({ value: 7 as unknown as readonly number[] }));
    await expect(all<number>(() => source, true)).rejects.toThrow(TypeError);
    expect(asked).toEqual({ next: 1, return: 1 });
  });

  test('fails with the error that came first where returning fails as well', async () => {
    const end = new AbortController();
    const iterator = {
      next: () => ({ value: 1 }),
      return: () => {
        throw new Error('and cannot return either');
      },
    };
    const items = takeItems<number>(() => ({ [Symbol.iterator]: () => iterator }), false, end.signal);
    await items.next();
    end.abort();
    await expect(items.next()).rejects.toMatchObject({ code: 'aborted' });
  });

  test('ends while a source that was told to return does not', async () => {
    const end = new AbortController();
    const stuck = async function* (): AsyncGenerator<number> {
      yield 1;
      await once(new EventTarget(), 'never');
    };
    const items = takeItems(stuck, false, end.signal);
    await items.next();
    const waiting = items.next();
    await nextTurn();
    end.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  });
});
