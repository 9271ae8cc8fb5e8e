import { expect, test } from 'vitest';
import { maxBatchBytes, sqsBatches } from '../../../../../src/intake/queue/sqs/sqs-batches.ts';
import type { SyncRequest } from '../../../../../src/model/sync/sync-request.ts';

const request = (environment: string, ref = 'r'): SyncRequest => ({
  environment,
  reason: 'push',
  actor: 'alice',
  time: 'now',
  ref,
});

function batches(requests: readonly SyncRequest[]): string[][] {
  let id = 0;
  return sqsBatches(requests, () => `id-${(id += 1)}`).map((batch) =>
    batch.map(({ MessageGroupId, MessageDeduplicationId }) => `${MessageGroupId} ${MessageDeduplicationId}`),
  );
}

test('the message is the request, its group the environment', () => {
  const one = request('production');
  expect(sqsBatches([one], () => 'id')).toEqual([
    [
      {
        Id: '0',
        MessageBody: JSON.stringify(one),
        MessageGroupId: 'production',
        MessageDeduplicationId: 'id',
      },
    ],
  ]);
});

test('nothing is no batch, and ten are one', () => {
  expect(batches([])).toEqual([]);
  const names = Array.from({ length: 23 }, (_, index) => request(`e${index}`));
  expect(batches(names).map((batch) => batch.length)).toEqual([10, 10, 3]);
});

test('an environment is once in a batch, and its requests stay in order', () => {
  expect(batches([request('a'), request('b'), request('a'), request('c'), request('a')])).toEqual([
    ['a id-1', 'b id-2'],
    ['a id-3', 'c id-4'],
    ['a id-5'],
  ]);
});

test('F53: the same request twice has two deduplication ids', () => {
  expect(batches([request('a'), request('a')])).toEqual([['a id-1'], ['a id-2']]);
});

test('a batch is no larger than SQS takes', () => {
  const half = 'x'.repeat(maxBatchBytes / 2);
  expect(batches([request('a', half), request('b', half), request('c')])).toEqual([
    ['a id-1'],
    ['b id-2', 'c id-3'],
  ]);
});
