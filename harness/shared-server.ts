import type { TestProject } from 'vitest/node';
import { acceptsSessions, startZooKeeper } from './zookeeper-server.ts';

/**
 * One server for all tests that do not break it; each test file works below a chroot of its own. ZOOKEEPER_CONNECT
 * names a server that is there instead; tests that kill or freeze one start their own all the same.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['ZOOKEEPER_CONNECT'] ?? '';
  if (given !== '') {
    project.provide('zookeeper', await reachable(given));
    return async () => {};
  }
  const server = await startZooKeeper();
  project.provide('zookeeper', server.connect);
  return () => server.stop();
}

async function reachable(connect: string): Promise<string> {
  const [, host, port] = /^([^:,/]+):(\d+)$/u.exec(connect) ?? [];
  if (host === undefined) {
    throw new Error(`ZOOKEEPER_CONNECT: expected host:port of one server; found "${connect}"`);
  }
  if (await acceptsSessions(Number(port), host)) return connect;
  throw new Error(
    `ZOOKEEPER_CONNECT: expected a server that accepts sessions at ${connect}; found none. Start it, or unset the variable.`,
  );
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` of the shared server. */
    zookeeper: string;
  }
}
