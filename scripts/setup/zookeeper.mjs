/**
 * An Apache ZooKeeper server and the Java that runs it: apt on Debian and Ubuntu, Homebrew on macOS, otherwise the
 * official image in Docker. With ZOOKEEPER_CONNECT a server is said to be there, and nothing is installed.
 */
import { aptCandidate, hasApt, installWithApt } from './apt.mjs';
import { SetupError, findProgram, run, say } from './step.mjs';
import { findDistribution, image, minimumVersion, tooOld } from './zookeeper-distribution.mjs';

/** The library package holds the server; the package `zookeeper` would add a desktop Java for its inspector window. */
const debianPackages = ['libzookeeper-java', 'default-jre-headless'];

export function ensureZooKeeper() {
  if ((process.env.ZOOKEEPER_CONNECT ?? '') !== '') return;
  if (findDistribution() !== undefined) return;
  if ((process.env.ZOOKEEPER_HOME ?? '') !== '') throw unusableHome();
  const tried = [];
  for (const install of [withApt, withBrew, withDocker]) {
    const outcome = install();
    if (findDistribution() !== undefined) return;
    if (outcome !== undefined) tried.push(outcome);
  }
  throw new SetupError('there is no Apache ZooKeeper server to run against', {
    expected: `ZooKeeper ${minimumVersion} or newer and Java, or a way to install them`,
    found: tried.join('; '),
    next:
      'Install both and set ZOOKEEPER_HOME to the unpacked distribution, or start Docker, ' +
      'or set ZOOKEEPER_CONNECT=host:port to use a server that is there.',
  });
}

/** Each returns what came of it, for the case that there is no server all the same; undefined when it is not for this system. */
function withApt() {
  if (!hasApt()) return 'no apt';
  const candidate = aptCandidate('libzookeeper-java');
  if (candidate === '') return 'apt knows no package libzookeeper-java';
  if (tooOld(candidate)) return `apt has ZooKeeper ${candidate} only`;
  installWithApt(debianPackages, 'Apache ZooKeeper and Java');
  return `apt installed ${debianPackages.join(' and ')}, but no server or no java is where it should be`;
}

function withBrew() {
  if (process.platform !== 'darwin') return undefined;
  if (findProgram('brew') === undefined) return 'no Homebrew';
  say('installing zookeeper through Homebrew');
  const result = run('brew', ['install', '--quiet', 'zookeeper']);
  return result.ok
    ? 'Homebrew installed zookeeper, but no server was found'
    : `brew failed: ${result.excerpt}`;
}

function withDocker() {
  if (findProgram('docker') === undefined) return 'no Docker';
  say(`fetching the image ${image} with Docker`);
  const result = run('docker', ['pull', '--quiet', image]);
  return result.ok ? 'the image was fetched, but is not there' : `docker pull failed: ${result.excerpt}`;
}

function unusableHome() {
  return new SetupError('ZOOKEEPER_HOME leads to no server that can be started', {
    expected: `an unpacked Apache ZooKeeper ${minimumVersion} or newer with its jars in lib, and Java`,
    found: `${process.env.ZOOKEEPER_HOME}${findProgram('java') === undefined ? ', no java on the PATH' : ''}`,
    next: 'Correct the variable, or unset it to have a server installed.',
  });
}
