import { expect, test } from 'vitest';
import { batches } from '../../../../src/sync/apply/batches.ts';
import type { Operation } from '../../../../src/model/ports/channel.ts';

const channel = {
  frameLength: (operations: readonly Operation[]) =>
    20 +
    operations.reduce((sum, operation) => sum + ('data' in operation ? operation.data.length : 0) + 10, 0),
};
const write = (bytes: number): Operation => ({
  op: 'setData',
  path: '/a',
  data: Buffer.alloc(bytes),
  version: 1,
});

async function sizes(operations: readonly Operation[]): Promise<number[]> {
  const lengths: number[] = [];
  for await (const group of batches(stream(operations), channel)) lengths.push(group.length);
  return lengths;
}

async function* stream(operations: readonly Operation[]): AsyncGenerator<readonly Operation[]> {
  for (const operation of operations) yield [operation];
}

test('nothing to do makes no transaction', async () => {
  expect(await sizes([])).toEqual([]);
});

test('a transaction holds 500 operations', async () => {
  expect(await sizes(Array.from({ length: 1001 }, () => write(1)))).toEqual([500, 500, 1]);
});

test('a transaction holds 512 KiB', async () => {
  expect(await sizes([write(300_000), write(200_000), write(100_000), write(400_000)])).toEqual([2, 2]);
});

test('an operation larger than that goes alone', async () => {
  expect(await sizes([write(10), write(900_000), write(10)])).toEqual([1, 1, 1]);
});
