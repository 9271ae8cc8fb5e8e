/**
 * The servers of a connect string as the C client should get them: addresses instead of names, and an odd number of
 * them. Fails with `zookeeper-unreachable` when no name resolves.
 *
 * Addresses, because the C client resolves names with a call that blocks the whole process. An odd number, because
 * after a failed connection it goes on by two: of two servers it tries the dead one for ever, without a pause, and never
 * the live one.
 */
import { lookup } from 'node:dns/promises';
import { EnclosureError } from '../../../base/enclosure-error.ts';
import { parseConnectString } from '../../wire/connect-string.ts';

export async function resolveServers(connect: string): Promise<string> {
  const { servers, chroot } = parseConnectString(connect);
  const failures: unknown[] = [];
  const resolved = await Promise.all(
    servers.map(async ({ host, port }) => {
      try {
        const addresses = await lookup(host, { all: true });
        return addresses.map(({ address }) => `${address}:${port}`);
      } catch (error) {
        // One name that does not resolve is a server that is away, and the others are there for that.
        failures.push(error);
        return [];
      }
    }),
  );
  const addresses = [...new Set(resolved.flat())];
  if (addresses.length === 0) {
    throw new EnclosureError('zookeeper-unreachable', 'no server of the ensemble has an address', {
      where: connect,
      next: 'Check the host names of the connect string and the name resolution of this machine.',
      cause: failures[0],
    });
  }
  return oddNumber(addresses).join(',') + chroot;
}

/** The first server stands in the list twice where their number is even. */
export function oddNumber(addresses: readonly string[]): string[] {
  return addresses.length % 2 === 0 ? [...addresses, ...addresses.slice(0, 1)] : [...addresses];
}
