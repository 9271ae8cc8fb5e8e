import { findDistribution, type Distribution } from '../scripts/setup/zookeeper-distribution.mjs';

/** The server that tests and the quickstart start; setup has installed one before they run. */
export function requireDistribution(): Distribution {
  const distribution = findDistribution();
  if (distribution !== undefined) return distribution;
  throw new Error(
    'there is no ZooKeeper server that can be started: expected one from ZOOKEEPER_HOME, from the package ' +
      'libzookeeper-java, from Homebrew or in Docker; run "node scripts/setup.mjs", which installs it',
  );
}
