import { describe, expect, test } from 'vitest';
import type { Read } from '../../../../../src/model/ports/channel.ts';
import {
  encodeMultiRead,
  readMultiReadResults,
} from '../../../../../src/zookeeper/wire/protocol/encode-multi-read.ts';
import { Reader } from '../../../../../src/zookeeper/wire/protocol/reader.ts';
import { bool, frame, int, multiEnd, multiHeader, stat, text } from './jute-bytes.ts';

const reads: readonly Read[] = [
  { op: 'getData', path: '/a' },
  { op: 'getChildren', path: '/' },
];
const violated = expect.objectContaining({ code: 'protocol-violated' }) as Error;

test('a multiRead holds each read behind its header, without watches', () => {
  const expected = frame(
    int(0),
    int(22),
    multiHeader(4),
    text('/root/a'),
    bool(false),
    multiHeader(8),
    text('/root'),
    bool(false),
    multiEnd,
  );
  expect(encodeMultiRead(reads, Buffer.from('/root')).toString('hex')).toBe(expected.toString('hex'));
});

describe('readMultiReadResults', () => {
  const success = Buffer.concat([
    multiHeader(4, false, 0),
    text('data'),
    stat({ children: 2 }),
    multiHeader(8, false, 0),
    int(2),
    text('x'),
    text('y'),
    multiEnd,
  ]);

  test('reads data with stats, and listings', () => {
    expect(readMultiReadResults(new Reader(success), reads)).toEqual([
      { op: 'getData', data: Buffer.from('data'), stat: expect.objectContaining({ children: 2 }) as object },
      { op: 'getChildren', children: ['x', 'y'] },
    ]);
  });

  test('NONODE of one read is an answer, and the others keep theirs', () => {
    const bytes = Buffer.concat([
      multiHeader(-1, false, -101),
      int(-101),
      multiHeader(8, false, 0),
      int(0),
      multiEnd,
    ]);
    expect(readMultiReadResults(new Reader(bytes), reads)).toEqual([
      { op: 'missing' },
      { op: 'getChildren', children: [] },
    ]);
  });

  test('F24: any other error of one read fails them all', () => {
    const bytes = Buffer.concat([
      multiHeader(4, false, 0),
      text(''),
      stat(),
      multiHeader(-1, false, -102),
      int(-102),
      multiEnd,
    ]);
    expect(() => readMultiReadResults(new Reader(bytes), reads)).toThrow(
      expect.objectContaining({ code: 'zookeeper-denied' }),
    );
  });

  test('a reply that is cut short anywhere, or answers other reads, is an error', () => {
    for (let length = 0; length < success.length; length += 1) {
      expect(() => readMultiReadResults(new Reader(success.subarray(0, length)), reads)).toThrow(violated);
    }
    expect(() => readMultiReadResults(new Reader(success), reads.toReversed())).toThrow(violated);
    expect(() => readMultiReadResults(new Reader(success), reads.slice(1))).toThrow(violated);
    expect(() => readMultiReadResults(new Reader(success), [])).toThrow(violated);
  });
});
