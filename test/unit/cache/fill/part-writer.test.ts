import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  bytesOf,
  partBytes,
  partName,
  partsUnderWay,
  PartWriter,
  type PartWriterOptions,
  type Stored,
} from '../../../../src/cache/fill/part-writer.ts';
import { decodePart, headerBytes, itemOverhead } from '../../../../src/cache/parts/encode-part.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { memoryStore } from './memory-store.ts';

const folder = 'orders/4f3a/1-t';
const large = Buffer.alloc(partBytes - itemOverhead, 7);
const numbered = (index: number): Buffer => Buffer.from(`item ${index}`);

function open(gate: 'open' | 'closed', options: Partial<PartWriterOptions> = {}) {
  const memory = memoryStore(gate);
  const { signal } = new AbortController();
  const writer = new PartWriter({ store: memory.store, folder, kind: 'raw', signal, ...options });
  onTestFinished(async () => {
    memory.open();
    await writer.stop();
  });
  return { writer, memory };
}

async function itemsIn(memory: ReturnType<typeof memoryStore>, name: string): Promise<readonly string[]> {
  const part = Buffer.from(memory.objects.get(`${folder}/${name}`) ?? []);
  return (await decodePart(part))?.map(String) ?? ['no part'];
}

describe('PartWriter', () => {
  test('writes the items in their order, as parts that are as large as they should be', async () => {
    const { writer, memory } = open('open');
    const item = (index: number): Buffer => Buffer.alloc(1000, String(index).padStart(5, '0'));
    for (let index = 0; index < 2500; index += 1) await writer.add(item(index));
    const parts = await writer.finish();
    const each = Math.ceil(partBytes / (1000 + itemOverhead));
    expect(parts.map(({ count }) => count)).toEqual([each, each, 2500 - 2 * each]);
    expect(parts.map(({ name }) => name)).toEqual(['raw-000000', 'raw-000001', 'raw-000002']);
    const read: string[] = [];
    for (const { name, count, bytes, sha256 } of parts) {
      const stored = Buffer.from(memory.objects.get(`${folder}/${name}`) ?? []);
      expect(stored).toHaveLength(bytes);
      expect(bytes).toBeLessThan(partBytes + headerBytes + 1000 + itemOverhead);
      expect(bytesOf({ count, bytes })).toBe(count * 1000);
      read.push(...((await decodePart(stored, { sha256 }))?.map(String) ?? []));
    }
    expect(read).toEqual(Array.from({ length: 2500 }, (_, index) => String(item(index))));
  });

  test('writes an item that is larger than a part as one part, and no part for no items', async () => {
    const { writer, memory } = open('open', { kind: 'result' });
    await writer.add(Buffer.alloc(2 * partBytes));
    expect(await writer.finish()).toMatchObject([{ name: 'result-000000', count: 1 }]);
    const empty = open('open');
    expect(await empty.writer.finish()).toEqual([]);
    expect([memory.objects.size, empty.memory.objects.size]).toEqual([1, 0]);
  });

  test('writes an item without a byte', async () => {
    const { writer, memory } = open('open');
    await writer.add(new Uint8Array());
    expect(await writer.finish()).toMatchObject([{ count: 1, bytes: headerBytes + itemOverhead }]);
    expect(await itemsIn(memory, 'raw-000000')).toEqual(['']);
  });

  test('tells what is stored without a gap, in whatever order parts get there', async () => {
    const told: Stored[] = [];
    const { writer, memory } = open('closed', { onStored: (stored) => told.push(stored) });
    for (let index = 0; index < partsUnderWay - 1; index += 1) await writer.add(large);
    void writer.add(large);
    await waitFor('four parts', () => memory.waiting.length === 4);
    const finished = writer.finish();
    memory.part(2).end();
    memory.part(1).end();
    await waitFor('two parts to be stored', () => memory.objects.size === 2);
    expect(told).toEqual([]);
    memory.part(0).end();
    await waitFor('a word', () => told.length > 0);
    memory.part(3).end();
    expect(await finished).toHaveLength(4);
    const bytes = large.length;
    expect(told).toEqual([
      { parts: 3, items: 3, bytes: 3 * bytes },
      { parts: 4, items: 4, bytes: 4 * bytes },
    ]);
  });

  test('keeps every part before it is stored, in order', async () => {
    const kept: Buffer[] = [];
    let keeping = 0;
    const { writer, memory } = open('closed', {
      keep: async (bytes) => {
        keeping += 1;
        expect(keeping).toBe(1);
        await nextTurn();
        kept.push(bytes);
        keeping -= 1;
      },
    });
    // Those that come later are encoded sooner.
    for (const size of [8, 2, 1]) await writer.add(Buffer.alloc(size * partBytes));
    await waitFor('three parts', () => memory.waiting.length === 3);
    expect(kept.every((bytes, index) => bytes === memory.part(index).bytes)).toBe(true);
    expect(kept).toHaveLength(3);
  });

  test('has no more than four parts on their way: who adds waits for room', async () => {
    const { writer, memory } = open('closed');
    let added = 0;
    const adding = (async () => {
      for (; added < 10; added += 1) await writer.add(large);
    })();
    for (let stored = 0; stored < 10; stored += 1) {
      const expected = Math.min(partsUnderWay, 10 - stored);
      await waitFor(`${expected} parts`, () => memory.waiting.length === expected);
      expect(added).toBeLessThan(stored + partsUnderWay);
      memory.waiting[0]?.end();
    }
    await adding;
    expect(await writer.finish()).toHaveLength(10);
    expect(memory.most).toBe(partsUnderWay);
  });

  test('has no more than four on their way either where items come slowly and the store takes long', async () => {
    const { writer, memory } = open('closed', { onStored: () => undefined });
    await waitFor('three parts', () => {
      void writer.add(numbered(0));
      return memory.waiting.length === partsUnderWay - 1;
    });
    // Whatever there is has to wait; but one place is kept for a part that is full.
    void writer.add(numbered(1));
    const adding = writer.add(large);
    await waitFor('a full part', () => memory.waiting.length === partsUnderWay);
    memory.part(0).end();
    await adding;
    const finished = writer.finish();
    memory.open();
    expect(await finished).toHaveLength(partsUnderWay);
    expect(memory.most).toBe(partsUnderWay);
  });

  test.each(['the store', 'keep'])('fails with the error of %s when the next item is added', async (who) => {
    const full = new Error('the disk is full');
    const { writer, memory } = open('closed', {
      ...(who === 'keep' && { keep: () => Promise.reject(full) }),
    });
    await writer.add(large);
    if (who === 'the store') (await waitFor('a part', () => memory.waiting[0])).end(full);
    await waitFor('the failure', async () => {
      try {
        await writer.add(numbered(1));
      } catch (error) {
        return error === full;
      }
      return false;
    });
    await expect(writer.finish()).rejects.toBe(full);
    expect([memory.waiting.length, memory.objects.size]).toEqual([0, 0]);
  });

  test('fails with the error of the store at the end, and where somebody waits for room', async () => {
    const full = new Error('the disk is full');
    const one = open('closed');
    await one.writer.add(numbered(0));
    const finished = expect(one.writer.finish()).rejects.toBe(full);
    (await waitFor('a part', () => one.memory.waiting[0])).end(full);
    await finished;

    const { writer, memory } = open('closed');
    for (const _ of [1, 2, 3]) await writer.add(large);
    const waiting = expect(writer.add(large)).rejects.toBe(full);
    await waitFor('four parts', () => memory.waiting.length === 4);
    memory.part(2).end(full);
    await waiting;
  });

  test('stops when nothing is on its way, and writes nothing more', async () => {
    const { writer, memory } = open('closed');
    await writer.add(large);
    await writer.add(numbered(1));
    await waitFor('a part', () => memory.waiting.length === 1);
    let stopped = false;
    const stopping = writer.stop().then(() => (stopped = true));
    await nextTurn();
    expect(stopped).toBe(false);
    memory.part(0).end();
    await stopping;
    expect(memory.waiting).toEqual([]);
    expect(memory.objects.size).toBe(1);
  });
});

describe('PartWriter, while items come slowly', () => {
  const fakeTimers = (): void => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
  };
  const untilNext = (): number => {
    const before = performance.now();
    vi.advanceTimersToNextTimer();
    return performance.now() - before;
  };
  const turns = async (ready: () => boolean): Promise<void> => {
    while (!ready()) await nextTurn();
  };

  test('writes the first at once, and later ones less and less often', async () => {
    fakeTimers();
    const told: Stored[] = [];
    const { writer } = open('open', { onStored: (stored) => told.push(stored) });
    const waits: number[] = [];
    for (let index = 0; index < 500; index += 1) {
      void writer.add(numbered(index));
      waits.push(untilNext());
      await turns(() => told.length === index + 1);
    }
    expect(waits[0]).toBeLessThanOrEqual(1);
    expect(waits[1]).toBeLessThan(50);
    const later = waits.slice(1);
    expect(later).toEqual(later.toSorted((one, other) => one - other));
    expect(later.at(-1)).toBe(1000);
    expect(told.at(-1)).toMatchObject({ parts: 500, items: 500 });
  });

  test('puts together what comes meanwhile', async () => {
    fakeTimers();
    const { writer, memory } = open('open', { onStored: () => undefined });
    void writer.add(numbered(0));
    untilNext();
    await turns(() => memory.objects.size === 1);
    for (const index of [1, 2, 3]) void writer.add(numbered(index));
    expect(vi.getTimerCount()).toBe(1);
    untilNext();
    await turns(() => memory.objects.size === 2);
    expect(await itemsIn(memory, partName('raw', 1))).toEqual(['item 1', 'item 2', 'item 3']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('lets a store that is slow have larger parts, and not more of them', async () => {
    fakeTimers();
    const { writer, memory } = open('closed', { onStored: () => undefined });
    for (let index = 0; index < partsUnderWay - 1; index += 1) await writer.add(large);
    await turns(() => memory.waiting.length === partsUnderWay - 1);
    for (const index of [1, 2]) void writer.add(numbered(index));
    expect(vi.getTimerCount()).toBe(0);
    memory.part(1).end();
    await turns(() => vi.getTimerCount() === 1);
    untilNext();
    await turns(() => memory.waiting.length === partsUnderWay - 1);
    memory.part(partsUnderWay - 1).end();
    await turns(() => memory.objects.size === 2);
    expect(await itemsIn(memory, partName('raw', partsUnderWay - 1))).toEqual(['item 1', 'item 2']);
  });

  test('waits for a part to be full where nobody reads along', () => {
    fakeTimers();
    const { writer } = open('open');
    void writer.add(numbered(0));
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['stop', 'finish'] as const)('leaves no timer behind after %s', async (end) => {
    fakeTimers();
    const { writer, memory } = open('open', { onStored: () => undefined });
    await writer.add(large);
    void writer.add(numbered(1));
    expect(vi.getTimerCount()).toBe(1);
    await writer[end]();
    expect(vi.getTimerCount()).toBe(0);
    expect(memory.objects.size).toBe(end === 'finish' ? 2 : 1);
  });

  test('writes nothing more, and sets no timer, after a failure', async () => {
    fakeTimers();
    const { writer, memory } = open('closed', { onStored: () => undefined });
    await writer.add(large);
    await turns(() => memory.waiting.length === 1);
    void writer.add(numbered(1));
    memory.part(0).end(new Error('the disk is full'));
    await nextTurn();
    vi.runAllTimers();
    await expect(writer.finish()).rejects.toThrow('the disk is full');
    expect([vi.getTimerCount(), memory.waiting.length, memory.objects.size]).toEqual([0, 0, 0]);
  });
});
