import { expect, test } from 'vitest';
import {
  describeHolder,
  holderData,
  parseHolder,
  unknownHolder,
} from '../../../../src/sync/lock/parse-holder.ts';
import type { Holder } from '../../../../src/model/holder.ts';

const holder: Holder = {
  guid: 'g',
  who: 'alice',
  host: 'build-7',
  pid: 4711,
  since: '2024-01-01T00:00:00.000Z',
  run: 'r1',
};

test('what was written is read back, with and without progress', () => {
  expect(parseHolder(holderData(holder))).toEqual(holder);
  const writing = { ...holder, done: 500, total: 1200 };
  expect(parseHolder(holderData(writing))).toEqual(writing);
});

test.each(['', 'null', '[]', '{}', '{"guid":7}', '\u0000\u0001', '{"guid":"g"'])(
  'data that are not a holder are no holder: %j',
  (data) => {
    expect(parseHolder(Buffer.from(data))).toBeUndefined();
  },
);

test('fields that are missing or of another kind are shown as unknown', () => {
  expect(parseHolder(Buffer.from('{"guid":"g","who":7,"pid":"x","done":"5"}'))).toEqual({
    ...unknownHolder('g', 0),
    since: 'unknown',
  });
});

test('a message names who, where and since when', () => {
  expect(describeHolder(holder)).toBe('alice on build-7, pid 4711, since 2024-01-01T00:00:00.000Z');
});
