import { SetupError } from './step.mjs';

const minimum = [20, 19];

/** Node itself: the one thing that has to be there, besides git. */
export function ensureNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return;
  throw new SetupError('this Node.js is too old', {
    expected: `Node.js ${minimum.join('.')} or newer`,
    found: `Node.js ${version} (${process.execPath})`,
    next: 'Install a current Node.js and run the command again.',
  });
}
