import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName } from '../../model/znode-path.ts';

/**
 * What may stand as a branch name in a refspec: the rules of `git check-ref-format --branch`, and nothing that git
 * would read as an option, a pattern or a full ref. Decided before any process is started.
 */

/** Fails with `ref-refused`. */
export function checkBranch(name: string): string {
  const problem = branchProblem(name);
  if (problem === undefined) return name;
  throw new EnclosureError('ref-refused', 'the branch name is not allowed', {
    expected: 'a branch name as git takes it, without refs/heads/',
    found: `"${escapeName(name.slice(0, 200))}": ${problem}`,
    next: 'Correct the branch in the configuration',
  });
}

function branchProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.startsWith('-')) return 'it begins with a hyphen';
  if (name.startsWith('refs/')) return 'it begins with refs/';
  if (name === '@' || name === 'HEAD') return 'it is a reserved name';
  if (name.length > 255) return 'it is longer than 255 characters';
  if (/[\p{Cc} ~^:?*[\\]/u.test(name)) return 'it contains a character that git refuses';
  if (/\p{Cs}/u.test(name)) return 'it is not valid Unicode';
  if (name.includes('..') || name.includes('@{')) return 'it contains ".." or "@{"';
  if (name.endsWith('.')) return 'it ends with a dot';
  for (const part of name.split('/')) {
    if (part === '') return 'it contains an empty part';
    if (part.startsWith('.') || part.endsWith('.lock'))
      return `its part "${part}" begins with a dot or ends with .lock`;
  }
  return undefined;
}
