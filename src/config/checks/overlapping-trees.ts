/**
 * Which root znodes are legal, and which trees lie in each other's way. Two ensembles are one when they share a
 * server, whatever they are called; their chroots are taken into account. Pure.
 */
import { isSameOrInside, joinPath, overlaps, pathProblem } from '../../model/znode-path.ts';
import { parseConnectString, serverName } from '../../zookeeper/wire/connect-string.ts';
import { describeFound } from '../problems/describe-found.ts';
import type { Finding, KeyPath } from '../problems/problem.ts';
import type { ConfigurationSource } from '../schema/configuration-schema.ts';

/** A root that no environment and no bookkeeping may have. */
export function znodeProblem(path: KeyPath, znode: string): Finding[] {
  const problem = pathProblem(znode);
  const found = describeFound(path, znode);
  if (problem !== undefined)
    return [{ path, expected: 'an absolute znode path', found: `${found}: ${problem}` }];
  if (znode === '/') return [{ path, expected: 'a znode below /', found }];
  if (isSameOrInside(znode, '/zookeeper')) {
    return [{ path, expected: "a znode outside /zookeeper, which is the server's own", found }];
  }
  return [];
}

interface Place {
  readonly name: string;
  readonly path: KeyPath;
  readonly servers: readonly string[];
  /** With the chroot: as the server knows it. */
  readonly znode: string;
}

/** Environments that overlap each other or the bookkeeping. Roots that are illegal by themselves are left out. */
export function overlappingTrees(source: ConfigurationSource): Finding[] {
  const places = Object.entries(source.environments).flatMap(([name, { ensemble, znode }]) =>
    placeOf(source, ensemble, znode, {
      name: `the environment ${name}`,
      path: ['environments', name, 'znode'],
    }),
  );
  const states = Object.keys(source.ensembles).flatMap((ensemble) =>
    placeOf(source, ensemble, source.stateRoot, { name: 'stateRoot', path: ['stateRoot'] }),
  );
  return places.flatMap((place, index) => [
    ...zookeeperFindings(place),
    ...firstOverlap(place, states),
    ...firstOverlap(place, places.slice(0, index)),
  ]);
}

function placeOf(
  source: ConfigurationSource,
  ensemble: string,
  znode: string,
  rest: Pick<Place, 'name' | 'path'>,
): Place[] {
  const connect = source.ensembles[ensemble]?.connect;
  if (connect === undefined || znodeProblem(rest.path, znode).length > 0) return [];
  try {
    const { servers, chroot } = parseConnectString(connect);
    const names = servers.map((server) => serverName(server).toLowerCase());
    return [{ ...rest, servers: names, znode: joinPath(chroot === '' ? '/' : chroot, znode.slice(1)) }];
  } catch {
    // Reported where the connect string stands.
    return [];
  }
}

function zookeeperFindings({ path, znode }: Place): Finding[] {
  if (!isSameOrInside(znode, '/zookeeper')) return [];
  const expected = "a znode outside /zookeeper, which is the server's own";
  return [{ path, expected, found: `"${znode}", counting the chroot` }];
}

function firstOverlap(place: Place, others: readonly Place[]): Finding[] {
  const other = others.find(
    ({ servers, znode }) =>
      servers.some((server) => place.servers.includes(server)) && overlaps(znode, place.znode),
  );
  if (other === undefined) return [];
  return [
    {
      path: place.path,
      expected: 'a tree of its own in its ensemble',
      found: `${describeFound(place.path, place.znode)}, which overlaps ${describeFound(other.path, other.znode)} (${other.name})`,
      next: 'Give one of them another root znode',
    },
  ];
}
