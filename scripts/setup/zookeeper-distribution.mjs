/**
 * Finds an Apache ZooKeeper server that can be started here: named by ZOOKEEPER_HOME, from Debian's package, from
 * Homebrew, or as a last resort the official image in Docker. Installs nothing; scripts/setup/zookeeper.mjs does.
 *
 * Plain JavaScript, because setup needs it before anything is installed; the types are in the file beside it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './step.mjs';

export const image = 'zookeeper:3.8';
/** Older servers lack operations that the tests and the client use. */
export const minimumVersion = '3.5';

const serverClass = 'org.apache.zookeeper.server.ZooKeeperServerMain';
const debianJars = '/usr/share/java';
const brewPrefixes = [
  process.env.HOMEBREW_PREFIX,
  '/opt/homebrew',
  '/usr/local',
  '/home/linuxbrew/.linuxbrew',
];

export function findDistribution() {
  const named = process.env.ZOOKEEPER_HOME;
  // Whoever names one means that one: silently taking another would be a surprise.
  if (named !== undefined && named !== '') return unpacked(named, findJava());
  return debian() ?? homebrew() ?? docker();
}

export function tooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [minimumMajor, minimumMinor] = minimumVersion.split('.').map(Number);
  return major < minimumMajor || (major === minimumMajor && minor < minimumMinor);
}

function debian() {
  if (!existsSync(join(debianJars, 'zookeeper.jar'))) return undefined;
  // The jar's manifest names everything else it needs, except a logger.
  const classPath = ['zookeeper.jar', 'slf4j-simple.jar'].map((jar) => join(debianJars, jar));
  return onThisMachine(debianJars, versionIn(debianJars), classPath, findJava());
}

function homebrew() {
  for (const prefix of brewPrefixes) {
    if (prefix === undefined) continue;
    const home = join(prefix, 'opt', 'zookeeper', 'libexec');
    if (!existsSync(home)) continue;
    const brewed = join(prefix, 'opt', 'openjdk', 'bin', 'java');
    const found = unpacked(home, existsSync(brewed) ? brewed : findJava());
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `apache-zookeeper-3.x.y-bin` as it is unpacked: jars in lib, in old ones the server's own jar beside it. */
function unpacked(home, java) {
  const version = versionIn(join(home, 'lib')) ?? versionIn(home);
  if (version === undefined) return undefined;
  return onThisMachine(home, version, [join(home, 'lib', '*'), join(home, '*')], java);
}

function onThisMachine(home, version, classPath, java) {
  if (java === undefined || version === undefined || tooOld(version)) return undefined;
  return {
    name: `Apache ZooKeeper ${version} (${home})`,
    bindAddress: '127.0.0.1',
    command: ({ directory, options }) =>
      // The directory first: it holds the log settings, without which logback prints everything.
      [java, ...options, '-cp', [directory, ...classPath].join(':'), serverClass, join(directory, 'zoo.cfg')],
  };
}

/**
 * Signals go to the container by name: the `docker` command that we started is only its mouthpiece. The container sees
 * the server's directory under the same path, and runs as this user, so that the files can be removed afterwards.
 */
function docker() {
  const program = findProgram('docker');
  if (program === undefined) return undefined;
  if (spawnSync(program, ['image', 'inspect', image], { stdio: 'ignore' }).status !== 0) return undefined;
  const user = `${process.getuid?.() ?? 1000}:${process.getgid?.() ?? 1000}`;
  return {
    name: `Apache ZooKeeper in Docker (${image})`,
    bindAddress: '0.0.0.0',
    command: ({ directory, port, options, name }) => {
      const container = ['--rm', '--name', name, '--user', user, '--volume', `${directory}:${directory}`];
      const network = ['--publish', `127.0.0.1:${port}:${port}`];
      // The image's working directory is the unpacked distribution.
      const server = [...options, '-cp', `${directory}:lib/*`, serverClass, join(directory, 'zoo.cfg')];
      return [program, 'run', ...container, ...network, '--entrypoint', 'java', image, ...server];
    },
    killCommand: (name) => [program, 'kill', name],
    signal: (name, signal) => spawnSync(program, ['kill', '--signal', signal, name], { stdio: 'ignore' }),
  };
}

function versionIn(directory) {
  if (!existsSync(directory)) return undefined;
  for (const name of readdirSync(directory)) {
    const version = /^zookeeper-(\d+\.\d+(?:\.\d+)?)\.jar$/u.exec(name)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

function findJava() {
  const home = process.env.JAVA_HOME;
  if (home !== undefined && existsSync(join(home, 'bin', 'java'))) return join(home, 'bin', 'java');
  const java = findProgram('java');
  // On macOS /usr/bin/java is always there, and only says that there is none.
  if (java === '/usr/bin/java' && process.platform === 'darwin') {
    return spawnSync('/usr/libexec/java_home', { stdio: 'ignore' }).status === 0 ? java : undefined;
  }
  return java;
}
