import { expect, test } from 'vitest';
import { oddNumber, resolveServers } from '../../../../../src/zookeeper/session/official/resolve-servers.ts';

test('an even number of servers is made odd by naming the first one twice', () => {
  expect(oddNumber(['a:1'])).toEqual(['a:1']);
  expect(oddNumber(['a:1', 'b:1'])).toEqual(['a:1', 'b:1', 'a:1']);
  expect(oddNumber(['a:1', 'b:1', 'c:1'])).toEqual(['a:1', 'b:1', 'c:1']);
});

test('addresses stay what they are, each once, with the default port and the chroot', async () => {
  expect(await resolveServers('127.0.0.1:2182,[::1],127.0.0.1:2182,10.0.0.1:1/a/b')).toBe(
    '127.0.0.1:2182,::1:2181,10.0.0.1:1/a/b',
  );
});

test('a name that does not resolve is left out while another one does', async () => {
  expect(await resolveServers('no-such-host.invalid:2181,127.0.0.1:2181')).toBe('127.0.0.1:2181');
});

test('no address at all is an error that names the connect string', async () => {
  await expect(resolveServers('no-such-host.invalid:2181')).rejects.toMatchObject({
    code: 'zookeeper-unreachable',
    details: { where: 'no-such-host.invalid:2181' },
  });
});
