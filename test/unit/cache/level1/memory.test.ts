import { expect, test } from 'vitest';
import { memoryResult, openMemory } from '../../../../src/cache/level1/memory.ts';
import type { LocalResult, ResultId } from '../../../../src/cache/level1/level1-cache.ts';

const id = (key: string, epoch = 1): ResultId => ({ key, epoch, token: 't' });

function result(bytes: number): LocalResult {
  const parts = bytes === 0 ? [] : [{ name: 'result-000000', count: 1, bytes, sha256: '' }];
  return memoryResult({ format: 1, epoch: 1, count: 1, bytes, parts }, []);
}

test('the results that were not used for longest go when others need their place', () => {
  const memory = openMemory(3000);
  for (const key of ['a', 'b', 'c']) memory.put(id(key), result(1000));
  expect(memory.get(id('a'))).toBeDefined();
  memory.put(id('d'), result(1500));
  const kept = ['a', 'b', 'c', 'd'].filter((key) => memory.get(id(key)) !== undefined);
  expect(kept).toEqual(['a', 'd']);
});

test('a result that is larger than the bound is not kept, and drives no other out', () => {
  const memory = openMemory(3000);
  memory.put(id('a'), result(1000));
  memory.put(id('b'), result(3001));
  expect(memory.get(id('b'))).toBeUndefined();
  expect(memory.get(id('a'))).toBeDefined();
  expect([memory.fits(3000), memory.fits(3001)]).toEqual([true, false]);
});

test('of one key the result that came last drives the earlier ones out', () => {
  const memory = openMemory(3000);
  memory.put(id('b'), result(500));
  for (const epoch of [1, 2, 3]) memory.put(id('a', epoch), result(1200));
  memory.put(id('a', 3), result(1200));
  const kept = [1, 2, 3].filter((epoch) => memory.get(id('a', epoch)) !== undefined);
  expect(kept).toEqual([2, 3]);
  expect(memory.get(id('b'))).toBeDefined();
});

test('nothing is kept in no memory', () => {
  const memory = openMemory(0);
  memory.put(id('a'), result(0));
  expect(memory.get(id('a'))).toBeUndefined();
});

test('empty results count too: there is no end of them', () => {
  const memory = openMemory(5120);
  for (let key = 0; key < 100; key += 1) memory.put(id(String(key)), result(0));
  const kept = Array.from({ length: 100 }, (_, key) => memory.get(id(String(key)))).filter(Boolean);
  expect(kept).toHaveLength(10);
});

test('an epoch, a token and a key each tell results apart', () => {
  const memory = openMemory(3000);
  const one = result(1000);
  memory.put(id('a', 1), one);
  expect(memory.get(id('a', 1))).toBe(one);
  expect(memory.get(id('a', 2))).toBeUndefined();
  expect(memory.get({ ...id('a'), token: 'u' })).toBeUndefined();
  expect(memory.get(id('b', 1))).toBeUndefined();
});

test('forgetting a key leaves the result that is excepted, and the other keys', () => {
  const memory = openMemory(10_000);
  for (const epoch of [1, 2, 3]) memory.put(id('a', epoch), result(1000));
  memory.put(id('ab'), result(1000));
  memory.forget('a', id('a', 3));
  const has = (one: ResultId): boolean => memory.get(one) !== undefined;
  expect([id('a', 1), id('a', 2), id('a', 3), id('ab')].map(has)).toEqual([false, false, true, true]);
  memory.forget('a');
  expect([id('a', 3), id('ab')].map(has)).toEqual([false, true]);
});
