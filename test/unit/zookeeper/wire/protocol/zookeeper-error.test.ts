import { describe, expect, test } from 'vitest';
import { codeName, zookeeperError } from '../../../../../src/zookeeper/wire/protocol/zookeeper-error.ts';

describe('zookeeperError', () => {
  test.each([
    [-101, 'NONODE', 'conflict', true],
    [-102, 'NOAUTH', 'zookeeper-denied', false],
    [-103, 'BADVERSION', 'conflict', true],
    [-108, 'NOCHILDRENFOREPHEMERALS', 'zookeeper-failed', false],
    [-110, 'NODEEXISTS', 'conflict', true],
    [-111, 'NOTEMPTY', 'conflict', true],
    [-112, 'SESSIONEXPIRED', 'zookeeper-session-expired', true],
    [-114, 'INVALIDACL', 'zookeeper-failed', false],
    [-115, 'AUTHFAILED', 'zookeeper-auth-failed', false],
    [-118, 'SESSIONMOVED', 'zookeeper-session-expired', true],
    [-125, 'QUOTAEXCEEDED', 'zookeeper-quota', false],
    [-127, 'THROTTLEDOP', 'zookeeper-busy', true],
    [-4, 'CONNECTIONLOSS', 'zookeeper-connection-lost', true],
  ] as const)('F31: %i is %s, an error %s, retryable: %s', (code, name, errorCode, retryable) => {
    const error = zookeeperError(code, { operation: 'setData', path: '/a' });
    expect(codeName(code)).toBe(name);
    expect(error.code).toBe(errorCode);
    expect(error.retryable).toBe(retryable);
    expect(error.message).toContain(name);
    expect(error.details.where).toBe('/a');
  });

  test('a code that no table knows is an error all the same, with its number', () => {
    expect(zookeeperError(-4711, { operation: 'getData' })).toMatchObject({
      code: 'zookeeper-failed',
      message: expect.stringContaining('-4711') as string,
    });
  });

  test.each([
    ['create', "the permission 'create' on /a"],
    ['delete', "the permission 'delete' on /a"],
    ['setData', "the permission 'write' on /a/b"],
    ['getChildren', "the permission 'read' on /a/b"],
    ['check', "the permission 'read' on /a/b"],
    ['setAcl', "the permission 'admin' on /a/b"],
    ['multi', undefined],
  ])('F16: a denied %s names the permission it needs', (operation, expected) => {
    expect(zookeeperError(-102, { operation, path: '/a/b' }).details.expected).toBe(expected);
  });

  test('a path is escaped, so that it cannot forge a log line', () => {
    expect(zookeeperError(-8, { operation: 'create', path: '/a\nb' }).message).toContain('/a\\u{a}b');
  });
});
