/**
 * Packages of Debian and Ubuntu, as root or through sudo. The list is fetched at most once a run.
 *
 * A failing `apt-get update` is no error by itself: one broken source of many must not stop an installation that the
 * others can serve; the installation says whether it worked.
 */
import { SetupError, findProgram, run, say } from './step.mjs';

const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
let updated = false;

export const hasApt = () => process.platform === 'linux' && findProgram('apt-get') !== undefined;

/** @param {readonly string[]} packages @param {string} purpose what they are for, for the line that is printed */
export function installWithApt(packages, purpose) {
  say(`installing ${packages.join(', ')} through apt (${purpose})`);
  update();
  const result = asRoot([
    'apt-get',
    '-o',
    'DPkg::Lock::Timeout=300',
    'install',
    '-y',
    '--no-install-recommends',
    ...packages,
  ]);
  if (result.ok) return;
  throw new SetupError(`apt-get could not install ${packages.join(' ')} (${purpose})`, {
    expected: isRoot() ? 'an installation without errors' : 'root, or sudo without a password',
    found: result.excerpt,
    next: `Install them yourself ("sudo apt-get install ${packages.join(' ')}") and run the command again.`,
  });
}

/** The version that apt would install, '' when it knows none. */
export function aptCandidate(name) {
  update();
  return /Candidate: (?!\(none\))(\S+)/u.exec(run('apt-cache', ['policy', name]).output)?.[1] ?? '';
}

function update() {
  if (updated) return;
  updated = true;
  asRoot(['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'update']);
}

function asRoot(command) {
  const [program, ...args] = isRoot()
    ? command
    : ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  return run(program, args, { env: quiet });
}

const isRoot = () => process.getuid?.() === 0;
