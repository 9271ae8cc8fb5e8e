import { expect, test } from 'vitest';
import { Fence } from '../../../../src/sync/lock/fence.ts';
import { holderData } from '../../../../src/sync/lock/parse-holder.ts';
import type { Holder } from '../../../../src/model/holder.ts';
import { TransactionFailed } from '../../../../src/zookeeper/wire/connection-lost.ts';
import type { Operation } from '../../../../src/model/ports/channel.ts';
import { codes } from '../../../../src/zookeeper/wire/protocol/zookeeper-error.ts';

const holder: Holder = { guid: 'g', who: 'alice', host: 'h', pid: 1, since: 's', run: 'r' };
const fence = (): Fence =>
  new Fence({ directory: '/lock', lockNode: '/lock/lock-g-0000000001', holder, version: 7 });
const refusal = (operations: readonly Operation[], index: number, code: number): TransactionFailed => {
  const operation = operations[index];
  if (operation === undefined) throw new Error(`no operation ${index}`);
  return new TransactionFailed(index, operation, code);
};

test('every transaction opens with the next version of the lock directory and a check of the own lock node', () => {
  const one = fence();
  expect(one.open(0, 9)).toEqual([
    { op: 'setData', path: '/lock', data: holderData({ ...holder, done: 0, total: 9 }), version: 7 },
    { op: 'check', path: '/lock/lock-g-0000000001', version: -1 },
  ]);
  expect(one.open(5, 9)[0]).toMatchObject({ version: 8 });
  expect(one.opened).toBe(2);
});

test('a peek is what the next opening will be, and opens nothing', () => {
  const one = fence();
  expect(one.peek(3, 9)).toEqual(one.peek(3, 9));
  const peeked = one.peek(3, 9);
  expect(one.opened).toBe(0);
  expect(one.open(3, 9)).toEqual(peeked);
});

test('a refusal by the fence is a lost lock, and says after how many transactions', () => {
  const one = fence();
  one.open(0, 9);
  const second = one.open(5, 9);
  one.open(7, 9);
  const superseded = one.explain(refusal(second, 0, codes.badVersion));
  expect(superseded?.code).toBe('lock-lost');
  expect(superseded?.message).toMatch(/after 1 of its transactions.*somebody else has taken the lock/);
  expect(one.explain(refusal(second, 0, codes.noNode))?.message).toMatch(/lock directory was deleted/);
  expect(one.explain(refusal(second, 1, codes.noNode))?.message).toMatch(/session expired, or an operator/);
});

test('a refusal by any other operation, and any other error, is not explained', () => {
  const one = fence();
  const operations: Operation[] = [...one.open(0, 1), { op: 'delete', path: '/x', version: 3 }];
  expect(one.explain(refusal(operations, 2, codes.badVersion))).toBeUndefined();
  expect(one.explain(refusal(operations, 0, codes.noAuth))).toBeUndefined();
  expect(one.explain(new Error('other'))).toBeUndefined();
});
