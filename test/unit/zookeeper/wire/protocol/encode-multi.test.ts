import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../../../src/model/ports/channel.ts';
import {
  encodeMulti,
  multiLength,
  readMultiOutcome,
} from '../../../../../src/zookeeper/wire/protocol/encode-multi.ts';
import { Reader } from '../../../../../src/zookeeper/wire/protocol/reader.ts';
import { buffer, frame, int, multiEnd, multiHeader, stat, text } from './jute-bytes.ts';

const noChroot = new Uint8Array(0);
const acl = [{ permissions: 31, scheme: 'world', id: 'anyone' }];
const operations: readonly Operation[] = [
  { op: 'check', path: '/lock', version: 3 },
  { op: 'create', path: '/größe', data: Buffer.from('data'), acl },
  { op: 'setData', path: '/b', data: new Uint8Array(0), version: -1 },
  { op: 'delete', path: '/c', version: 0 },
];

const violated = expect.objectContaining({ code: 'protocol-violated' }) as Error;

describe('encodeMulti', () => {
  test('writes each operation behind its header, and an end', () => {
    const expected = frame(
      int(0),
      int(14),
      multiHeader(13),
      text('/root/lock'),
      int(3),
      multiHeader(1),
      text('/root/größe'),
      text('data'),
      int(1),
      int(31),
      text('world'),
      text('anyone'),
      int(0),
      multiHeader(5),
      text('/root/b'),
      buffer(new Uint8Array(0)),
      int(-1),
      multiHeader(2),
      text('/root/c'),
      int(0),
      multiEnd,
    );
    const chroot = Buffer.from('/root');
    const frameBytes = encodeMulti(operations, chroot, multiLength(operations, chroot));
    expect(frameBytes.toString('hex')).toBe(expected.toString('hex'));
  });

  test('the length is exact for any operations', () => {
    const path = fc.string({ unit: 'grapheme', maxLength: 120 }).map((name) => `/${name}`);
    const version = fc.integer({ min: -1, max: 1000 });
    const data = fc.uint8Array({ maxLength: 50 });
    const acls = fc.array(
      fc.record({ permissions: fc.nat(31), scheme: fc.string(), id: fc.string({ unit: 'grapheme' }) }),
      { maxLength: 3 },
    );
    const operation: fc.Arbitrary<Operation> = fc.oneof(
      fc.record({ op: fc.constant('create' as const), path, data, acl: acls }),
      fc.record({ op: fc.constant('setData' as const), path, data, version }),
      fc.record({ op: fc.constant('delete' as const), path, version }),
      fc.record({ op: fc.constant('check' as const), path, version }),
    );
    fc.assert(
      fc.property(fc.array(operation), fc.constantFrom('', '/root', '/größe'), (list, root) => {
        const chroot = Buffer.from(root);
        const length = multiLength(list, chroot);
        // finish() throws where fewer bytes were written, writing throws where more are
        expect(encodeMulti(list, chroot, length).readInt32BE(0)).toBe(length);
      }),
    );
  });

  test('an empty transaction is its header and its end', () => {
    expect(multiLength([], noChroot)).toBe(8 + 9);
  });
});

describe('readMultiOutcome', () => {
  const success = Buffer.concat([
    multiHeader(13, false, 0),
    multiHeader(1, false, 0),
    text('/root/größe'),
    multiHeader(5, false, 0),
    stat({ version: 12 }),
    multiHeader(2, false, 0),
    multiEnd,
  ]);

  test('reads the results in the order of the operations', () => {
    const outcome = readMultiOutcome(new Reader(success), operations);
    expect(outcome).toEqual({
      results: [
        { op: 'check' },
        { op: 'create', path: '/größe' },
        { op: 'setData', stat: expect.objectContaining({ version: 12 }) as object },
        { op: 'delete' },
      ],
    });
  });

  const failure = (...errors: readonly number[]): Buffer =>
    Buffer.concat([...errors.flatMap((code) => [multiHeader(-1, false, code), int(code)]), multiEnd]);

  test.each([
    { errors: [0, 0, 0, -101], failed: { index: 3, code: -101 } },
    { errors: [-103, -2, -2, -2], failed: { index: 0, code: -103 } },
    { errors: [0, -110, -2, -2], failed: { index: 1, code: -110 } },
  ])('F18: of the results $errors the failed operation is $failed.index', ({ errors, failed }) => {
    expect(readMultiOutcome(new Reader(failure(...errors)), operations)).toEqual({ failed });
  });

  test('errors without a culprit are no success', () => {
    expect(() => readMultiOutcome(new Reader(failure(0, 0, -2, -2)), operations)).toThrow(violated);
  });

  test('a reply with fewer, more or other results than operations is an error', () => {
    expect(() => readMultiOutcome(new Reader(success), operations.slice(0, 3))).toThrow(violated);
    expect(() => readMultiOutcome(new Reader(success), [...operations, ...operations])).toThrow(violated);
    expect(() => readMultiOutcome(new Reader(success), operations.toReversed())).toThrow(violated);
  });

  test('a reply that is cut short anywhere is an error', () => {
    for (let length = 0; length < success.length; length += 1) {
      expect(() => readMultiOutcome(new Reader(success.subarray(0, length)), operations)).toThrow(violated);
    }
  });
});
