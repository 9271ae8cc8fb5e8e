import { describe, expect, test } from 'vitest';
import { parseConnectString, serverName } from '../../../../src/zookeeper/wire/connect-string.ts';

describe('parseConnectString', () => {
  test.each([
    ['zk1:2181', [{ host: 'zk1', port: 2181 }], ''],
    ['zk1', [{ host: 'zk1', port: 2181 }], ''],
    ['zk1:2182/', [{ host: 'zk1', port: 2182 }], ''],
    [
      'zk1:1, zk2:65535/a/b',
      [
        { host: 'zk1', port: 1 },
        { host: 'zk2', port: 65_535 },
      ],
      '/a/b',
    ],
    [
      '[::1]:2181,[fe80::1%eth0]/a',
      [
        { host: '::1', port: 2181 },
        { host: 'fe80::1%eth0', port: 2181 },
      ],
      '/a',
    ],
  ])('reads %s', (connect, servers, chroot) => {
    expect(parseConnectString(connect)).toEqual({ servers, chroot });
  });

  test.each([
    '',
    '/a',
    'zk:0',
    'zk:65536',
    'zk:port',
    '::1:2181',
    'zk:1/a/',
    'zk:1//a',
    'zk:1/../a',
    'a b:1',
  ])('refuses "%s" as a configuration error that shows it', (connect) => {
    expect(() => parseConnectString(connect)).toThrow(
      expect.objectContaining({
        code: 'configuration-invalid',
        details: expect.objectContaining({ where: connect }) as object,
      }),
    );
  });

  test('a server is written as it was read', () => {
    expect(serverName({ host: '::1', port: 1 })).toBe('[::1]:1');
    expect(serverName({ host: 'zk', port: 2 })).toBe('zk:2');
  });
});
