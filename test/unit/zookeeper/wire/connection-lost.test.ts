import { describe, expect, test } from 'vitest';
import { ConnectionLost, TransactionFailed } from '../../../../src/zookeeper/wire/connection-lost.ts';
import { codes } from '../../../../src/zookeeper/wire/protocol/zookeeper-error.ts';

describe('TransactionFailed', () => {
  const operation = { op: 'delete', path: '/a/b', version: 3 } as const;

  test('names the operation, its path and the code', () => {
    expect(new TransactionFailed(4, operation, codes.badVersion)).toMatchObject({
      code: 'transaction-failed',
      index: 4,
      operation,
      zookeeperCode: -103,
      codeName: 'BADVERSION',
      message: expect.stringMatching(/operation 4, delete.*BADVERSION.*\(\/a\/b\)/) as string,
    });
  });

  test.each([
    [codes.badVersion, true],
    [codes.noNode, true],
    [codes.noAuth, false],
    [codes.quotaExceeded, false],
    [codes.throttled, true],
    [codes.noChildrenForEphemerals, false],
  ])('F31: with the code %i it is retryable: %s', (code, retryable) => {
    expect(new TransactionFailed(0, operation, code).retryable).toBe(retryable);
  });

  test('F16: a denied delete asks for the permission on the parent', () => {
    expect(new TransactionFailed(0, operation, codes.noAuth).message).toContain("'delete' on /a");
  });
});

describe('ConnectionLost', () => {
  const loss = { server: 'zk:2181', reason: 'the server closed it' };

  test('F20: says how many bytes the largest request without an answer had', () => {
    const error = new ConnectionLost({ ...loss, pending: [12, 600_032, 40] });
    expect(error).toMatchObject({ code: 'zookeeper-connection-lost', pending: 3, largestPending: 600_032 });
    expect(error.message).toContain('the largest of 600032 bytes');
    expect(error.message).toContain('jute.maxbuffer');
    expect(error.retryable).toBe(true);
  });

  test('without requests it does not guess at limits', () => {
    const error = new ConnectionLost({ ...loss, pending: [] });
    expect(error.largestPending).toBe(0);
    expect(error.message).toBe('the connection to the server was lost: the server closed it (zk:2181)');
  });
});
