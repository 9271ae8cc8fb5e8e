/** Reads a connect string: `host:port,host:port/chroot`, as ZooKeeper's own clients take it. Pure. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { pathProblem } from '../../model/znode-path.ts';

export interface Server {
  /** A name or an address, without the brackets of an IPv6 literal. */
  readonly host: string;
  readonly port: number;
}

export interface ConnectString {
  readonly servers: readonly Server[];
  /** Absolute, or '' where there is none. */
  readonly chroot: string;
}

const defaultPort = 2181;

/** Fails with `configuration-invalid`. */
export function parseConnectString(connect: string): ConnectString {
  const slash = connect.indexOf('/');
  const hosts = slash === -1 ? connect : connect.slice(0, slash);
  const path = slash === -1 ? '/' : connect.slice(slash);
  const problem = pathProblem(path);
  if (problem !== undefined) throw invalid(connect, 'a legal znode path after the servers', problem);
  const servers = hosts
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseServer(part, connect));
  if (servers.length === 0) throw invalid(connect, 'at least one server as host:port', 'none');
  return { servers, chroot: path === '/' ? '' : path };
}

/** `host:port` as it is written, with brackets around an IPv6 literal. */
export function serverName({ host, port }: Server): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function parseServer(part: string, connect: string): Server {
  const match = /^(?:\[([\w:.%]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(part);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw invalid(connect, 'servers as host:port, with an IPv6 address in brackets', part);
  }
  return { host, port };
}

function invalid(connect: string, expected: string, found: string): EnclosureError {
  return new EnclosureError('configuration-invalid', 'the connect string cannot be read', {
    where: connect,
    expected,
    found,
  });
}
