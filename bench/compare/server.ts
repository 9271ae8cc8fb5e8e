/**
 * The server that the comparison runs on: as its distribution starts it. The test harness trades durability and
 * heartbeats for speed; here everything of that is set back.
 */
import { startZooKeeper, type ZooKeeperServer } from '../../harness/zookeeper-server.ts';

/** As in the distribution's zoo_sample.cfg, or the server's own default. Only the web console is off: its port may be taken. */
export const serverSettings = {
  tickTime: 2000,
  minSessionTimeout: -1,
  maxSessionTimeout: -1,
  maxClientCnxns: 60,
  'admin.enableServer': 'false',
  '4lw.commands.whitelist': 'srvr',
} as const;

export const serverProperties = { 'zookeeper.forceSync': 'yes' } as const;

/** zkServer.sh gives the server 1000 MB and leaves the collector to Java; the harness chooses the serial one. */
export const javaOptions = '-Xmx1000m -XX:-UseSerialGC';

export async function startBenchServer(): Promise<ZooKeeperServer> {
  // The one variable that Java reads after the command line, so that it has the last word.
  const before = process.env['_JAVA_OPTIONS'];
  process.env['_JAVA_OPTIONS'] = javaOptions;
  try {
    return await startZooKeeper({ settings: serverSettings, properties: serverProperties });
  } finally {
    if (before === undefined) delete process.env['_JAVA_OPTIONS'];
    else process.env['_JAVA_OPTIONS'] = before;
  }
}
