/**
 * Makes a fresh machine ready: with Node.js and git there, everything else is installed when it is missing. Each step
 * says in one line what it does, and nothing when there is nothing to do. Safe to run as often as one likes.
 *
 *     node scripts/setup.mjs                  npm packages, ZooKeeper, and what the functions are tested on
 *     node scripts/setup.mjs --packages-only  npm packages
 */
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureAwsTools } from './setup/aws-tools.mjs';
import { ensureDeployTools } from './setup/deploy-tools.mjs';
import { ensureKazoo } from './setup/kazoo.mjs';
import { ensureNode } from './setup/node-version.mjs';
import { ensurePackages } from './setup/npm-packages.mjs';
import { SetupError, findProgram } from './setup/step.mjs';
import { ensureZooKeeper } from './setup/zookeeper.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Exits with 1 and a message that says what to do when a step fails. */
export function setup({ zookeeper = true, awsTools = false, kazoo = false } = {}) {
  try {
    ensureNode();
    ensureGit();
    ensurePackages(root);
    if (zookeeper) ensureZooKeeper();
    if (kazoo) ensureKazoo();
    if (awsTools) ensureAwsTools(root);
    if (awsTools) ensureDeployTools(root);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`setup failed: ${error.message}\n`);
    process.exit(1);
  }
}

function ensureGit() {
  if (findProgram(process.platform === 'win32' ? 'git.exe' : 'git') !== undefined) return;
  throw new SetupError('git is missing', {
    expected: 'git on the PATH',
    next: 'Install git and run the command again.',
  });
}

// Not when it is imported. Real paths, because the way here may lead through a symbolic link.
if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  const everything = !process.argv.includes('--packages-only');
  setup({ zookeeper: everything, awsTools: everything });
}
