/** What the figures were taken on and with. Names no host, no person and no path: the result is published. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { findDistribution } from '../../scripts/setup/zookeeper-distribution.mjs';
import { javaOptions, serverProperties, serverSettings } from './server.ts';
import { python } from './track.ts';

export function describeMachine() {
  const firstLine = (program: string, ...args: string[]): string | null => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    return status === 0 ? (/^.*\d+\.\d+.*$/mu.exec(`${stdout}${stderr}`)?.[0] ?? null) : null;
  };
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${systemName()} (${type()} ${release().replace(/-.*/u, '')}, ${arch()})`,
    node: process.version,
    java: firstLine('java', '-version'),
    // Without the folder that it is in.
    zookeeper: /\d+\.\d+(?:\.\d+)?/u.exec(findDistribution()?.name ?? '')?.[0] ?? null,
    git: firstLine('git', '--version'),
    python: firstLine(python, '--version'),
    kazoo: kazooVersion() ?? null,
  };
}

export type Machine = ReturnType<typeof describeMachine>;

/** Undefined where the scripts on kazoo cannot run. */
export function kazooVersion(): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', 'import kazoo; print(kazoo.__version__)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

export function describeEnclosure(root: string) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const git = (...args: string[]): string | null => {
    try {
      return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {
      // Unpacked from a package, perhaps.
      return null;
    }
  };
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'package-lock.json');
  return {
    version,
    commit: git('rev-parse', 'HEAD'),
    changedSinceCommit: changes === null ? null : changes !== '',
  };
}

export function describeServer() {
  return { settings: serverSettings, properties: serverProperties, java: javaOptions };
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/mu.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    return type();
  }
}
