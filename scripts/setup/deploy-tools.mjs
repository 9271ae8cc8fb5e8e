/**
 * What serverless.yml is tested with: osls, in a package of its own in test/deploy. It is plain JavaScript, so it is
 * installed on every platform, and its scripts are not run.
 */
import { join } from 'node:path';
import { installed, npm } from './npm-packages.mjs';
import { SetupError, say } from './step.mjs';

/** @param {string} root the project's folder */
export function ensureDeployTools(root) {
  const folder = join(root, 'test', 'deploy');
  if (installed(folder)) return;
  say('installing what serverless.yml is tested with (osls; about 10 seconds)');
  const result = npm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  if (result.ok) return;
  throw new SetupError('npm ci failed in test/deploy', {
    found: result.excerpt,
    next: 'Read the lines above, repair what they name, and run the command again.',
  });
}
