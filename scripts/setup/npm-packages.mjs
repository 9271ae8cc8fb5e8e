/**
 * The npm packages, exactly as package-lock.json has them, and the native part of `zookeeper` compiled for this Node: the
 * tests and the quickstart read the tree with it.
 *
 * Whether they are there is asked of their contents (what npm noted in node_modules against package-lock.json), not of
 * file times: a checkout gives every file the time of the checkout.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { hasApt, installWithApt } from './apt.mjs';
import { SetupError, findProgram, run, say } from './step.mjs';

/** The programs that compile, and Debian's packages with them. */
export const compilers = { make: 'make', 'g++': 'g++', python3: 'python3' };

/** @param {string} root the project's folder */
export function ensurePackages(root) {
  if (!installed(root)) {
    ensureCompilers();
    say('installing the npm packages (npm ci; compiles the ZooKeeper client, about half a minute)');
    // NODE_ENV=production would leave out what builds and tests.
    const result = npm(root, ['ci', '--include=dev', '--no-audit', '--no-fund']);
    if (!result.ok) throw failed('npm ci failed', result.excerpt);
  }
  ensureNativeClient(root);
}

function ensureNativeClient(root) {
  try {
    createRequire(join(root, 'package.json'))('zookeeper');
    return;
  } catch {
    // Compiled for another Node, or not at all.
  }
  ensureCompilers();
  say(`compiling the ZooKeeper client for Node.js ${process.versions.node}`);
  const rebuild = npm(root, ['rebuild', 'zookeeper', '--ignore-scripts=false']);
  // In a process of its own: what failed to load once is not loaded again by the same process.
  const check = run(process.execPath, ['-e', 'require("zookeeper")'], { cwd: root });
  if (check.ok) return;
  throw failed(
    'the native part of the npm package "zookeeper" does not load',
    rebuild.ok ? check.excerpt : rebuild.excerpt,
  );
}

/** Linux has no ready-made binary of `zookeeper`; macOS and Windows have. */
function ensureCompilers() {
  if (process.platform !== 'linux') return;
  const missing = Object.keys(compilers).filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  if (hasApt()) {
    installWithApt(
      missing.map((name) => compilers[name]),
      'to compile the ZooKeeper client',
    );
    return;
  }
  throw new SetupError('the ZooKeeper client cannot be compiled', {
    expected: 'make, g++ and python3 on the PATH',
    found: `no ${missing.join(', no ')}`,
    next: "Install them with your system's package tool and run the command again.",
  });
}

/** Whether a folder's node_modules is what its package-lock.json says. */
export function installed(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined) {
    throw new SetupError('package-lock.json cannot be read', {
      next: 'Restore it: git checkout package-lock.json',
    });
  }
  if (present === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const there = present[path];
    // An optional package is one for another platform, or a peer that nobody asked for.
    if (there === undefined)
      return entry.optional === true || entry.peer === true || entry.devOptional === true;
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Through the npm that runs this script, when one does.
 * @param {string} cwd @param {readonly string[]} args
 * @param {{ program?: string, env?: NodeJS.ProcessEnv }} options `program`: the Node that runs npm
 */
export function npm(cwd, args, { program = process.execPath, env } = {}) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js') === true && cli.includes('npm')) return run(program, [cli, ...args], { cwd, env });
  return run('npm', args, { cwd, env });
}

function failed(summary, found) {
  const macOs =
    process.platform === 'darwin' ? ' On macOS the compilers come with "xcode-select --install".' : '';
  return new SetupError(summary, {
    found,
    next: `Read the lines above, repair what they name, and run the command again.${macOs}`,
  });
}
