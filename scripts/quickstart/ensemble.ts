import { randomBytes } from 'node:crypto';
import { findDistribution } from '../setup/zookeeper-distribution.mjs';
import { startZooKeeper } from '../../harness/zookeeper-server.ts';
import type { CleanUp } from './clean-up.ts';
import { openLiveTree } from './live-tree.ts';

export interface QuickstartEnsemble {
  /** What Enclosure connects to, as in its configuration. */
  readonly connect: string;
  readonly description: string;
}

/** A server of our own; or, with ZOOKEEPER_CONNECT, a chroot of our own on the one that is there. */
export async function openEnsemble(cleanUp: CleanUp): Promise<QuickstartEnsemble> {
  const given = process.env['ZOOKEEPER_CONNECT'] ?? '';
  if (given === '') {
    // Out of reach of Ctrl-C, or it would end before those who are connected to it.
    const starting = startZooKeeper({ detached: true });
    const server = await cleanUp.start('the ZooKeeper server', starting, (started) => started.stop());
    const name = findDistribution()?.name ?? 'Apache ZooKeeper';
    return { connect: server.connect, description: `${name} on ${server.connect}` };
  }
  const [hosts = given, ...chroot] = given.split('/');
  const path = ['', ...chroot, `enclosure-quickstart-${randomBytes(4).toString('hex')}`].join('/');
  const tree = await openLiveTree(hosts);
  try {
    await tree.create(path);
  } finally {
    await tree.close();
  }
  cleanUp.add(`the znode ${path}`, async () => {
    const again = await openLiveTree(hosts);
    try {
      await again.removeAll(path);
    } finally {
      await again.close();
    }
  });
  return {
    connect: `${hosts}${path}`,
    description: `the ZooKeeper that ZOOKEEPER_CONNECT names, below ${path}`,
  };
}
