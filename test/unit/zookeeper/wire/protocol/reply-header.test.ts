import { describe, expect, test } from 'vitest';
import { encodePathRequest, encodeReadRequest } from '../../../../../src/zookeeper/wire/protocol/chroot.ts';
import {
  encodeConnectRequest,
  readConnectResponse,
} from '../../../../../src/zookeeper/wire/protocol/connect-response.ts';
import { opcodes } from '../../../../../src/zookeeper/wire/protocol/opcodes.ts';
import {
  encodedAcl,
  readAclList,
  readNames,
  readStat,
} from '../../../../../src/zookeeper/wire/protocol/read-stat.ts';
import { Reader } from '../../../../../src/zookeeper/wire/protocol/reader.ts';
import {
  encodeAuth,
  encodeBare,
  readReplyHeader,
} from '../../../../../src/zookeeper/wire/protocol/reply-header.ts';
import { bool, buffer, frame, int, long, stat, text } from './jute-bytes.ts';

const noChroot = new Uint8Array(0);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('requests', () => {
  test('the handshake asks for a new session', () => {
    const expected = frame(int(0), long(0n), int(10_000), long(0n), buffer(new Uint8Array(16)), bool(false));
    expect(hex(encodeConnectRequest(10_000))).toBe(hex(expected));
  });

  test('authentication has the xid -4', () => {
    const expected = frame(int(-4), int(100), int(0), text('digest'), text('user:pä'));
    expect(hex(encodeAuth('digest', 'user:pä'))).toBe(hex(expected));
  });

  test('a ping is its header alone', () => {
    expect(hex(encodeBare(opcodes.ping, -2))).toBe(hex(frame(int(-2), int(11))));
  });

  test('a read asks for no watch', () => {
    const expected = frame(int(0), int(4), text('/a/b'), bool(false));
    expect(hex(encodeReadRequest(opcodes.getData, noChroot, '/a/b'))).toBe(hex(expected));
  });

  test.each([
    ['/a', '/root/a'],
    ['/', '/root'],
  ])('below a chroot %s is sent as %s', (path, sent) => {
    const expected = frame(int(0), int(9), text(sent));
    expect(hex(encodePathRequest(opcodes.sync, Buffer.from('/root'), path))).toBe(hex(expected));
  });

  test('without a chroot the root is a slash', () => {
    expect(hex(encodePathRequest(opcodes.getAcl, noChroot, '/'))).toBe(hex(frame(int(0), int(6), text('/'))));
  });

  test('an access control list is encoded once', () => {
    const acl = [{ permissions: 31, scheme: 'digest', id: 'user:hash' }];
    expect(hex(encodedAcl(acl))).toBe(
      hex(Buffer.concat([int(1), int(31), text('digest'), text('user:hash')])),
    );
    expect(encodedAcl(acl)).toBe(encodedAcl(acl));
  });
});

describe('replies', () => {
  test.each([
    ['with', [bool(false)]],
    ['without', []],
  ])('the handshake is read %s the read-only flag', (_title, flag) => {
    const bytes = Buffer.concat([int(0), int(9000), long(0x1234n), buffer(Buffer.alloc(16)), ...flag]);
    expect(readConnectResponse(new Reader(bytes))).toEqual({
      sessionTimeoutMs: 9000,
      sessionId: 0x1234n,
      password: new Uint8Array(16),
    });
  });

  test('a header has xid, zxid and error', () => {
    expect(readReplyHeader(new Reader(Buffer.concat([int(7), long(99n), int(-101)])))).toEqual({
      xid: 7,
      zxid: 99n,
      error: -101,
    });
  });

  test('a stat keeps what is needed, in its order', () => {
    const reader = new Reader(stat({ ctime: 1_790_000_000_123n, ephemeralOwner: 0x100_0000_0000_0001n }));
    expect(readStat(reader)).toEqual({
      czxid: 1n,
      mzxid: 2n,
      ctime: 1_790_000_000_123,
      mtime: 4,
      version: 5,
      cversion: 6,
      ephemeralOwner: 0x100_0000_0000_0001n,
      dataLength: 8,
      children: 9,
    });
    reader.end();
  });

  test('a stat that is cut short anywhere is an error', () => {
    const whole = stat();
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => readStat(new Reader(whole.subarray(0, length)))).toThrow(
        expect.objectContaining({ code: 'protocol-violated' }),
      );
    }
  });

  test('a listing and an access control list are read', () => {
    expect(readNames(new Reader(Buffer.concat([int(2), text('a'), text('ß')])))).toEqual(['a', 'ß']);
    expect(readAclList(new Reader(Buffer.concat([int(1), int(1), text('world'), text('anyone')])))).toEqual([
      { permissions: 1, scheme: 'world', id: 'anyone' },
    ]);
  });
});
