import { expect, test } from 'vitest';
import { formatReceipt, parseReceipt } from '../../../src/state/parse-receipt.ts';
import { receiptOf, rejecting } from '../verbs/members/examples-of-members.ts';

const receipt = receiptOf();
const parse = (value: unknown) => parseReceipt(Buffer.from(JSON.stringify(value)));

test.each([
  ['an applied one', receipt],
  ['a rejected one', rejecting('app-2').receipt ?? receipt],
  ['one that runs nothing', receiptOf({ revision: null, commit: null, digest: null, problem: 'oops' })],
  ['one with data of its own', receiptOf({ data: [1, { deep: null }], labels: {} })],
])('what was written is read back: %s', (_, one) => {
  expect(parseReceipt(formatReceipt(one))).toEqual(one);
});

test('a field that is not known is left out, and absent data are null', () => {
  const { data: _, ...rest } = receipt;
  expect(parse({ ...rest, extra: 1 })).toEqual({ ...rest, data: null });
});

test('a newer format is no receipt: who knows what it means', () => {
  expect(parse({ ...receipt, format: 2 })).toBeUndefined();
});

test.each(['', 'null', '[]', '{}', '7', '"text"', '{"format":1}', '\u0000\u0001', 'http://app-1:8080/'])(
  'foreign data are no receipt: %j',
  (data) => {
    expect(parseReceipt(Buffer.from(data))).toBeUndefined();
  },
);

test.each(Object.keys(receipt).filter((field) => field !== 'data'))(
  'without a sound "%s" it is no receipt',
  (field) => {
    const { [field]: _, ...rest } = { ...receipt } as Record<string, unknown>;
    expect(parse(rest)).toBeUndefined();
    for (const wrong of [-1, true, ['x'], { x: 1 }]) {
      expect(parse({ ...receipt, [field]: wrong })).toBeUndefined();
    }
  },
);
