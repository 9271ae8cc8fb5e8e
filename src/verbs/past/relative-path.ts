/** The znode that a person names: by its path below the root znode, or by its whole path. Pure; fails with `usage-invalid`. */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { escapeName, isSameOrInside, joinPath, pathProblem } from '../../model/znode-path.ts';

/** '' for the root znode, which is also called '.'. */
export function relativePath(root: string, given: string): string {
  const trimmed = given.length > 1 ? given.replace(/\/+$/, '') : given;
  const absolute = given.startsWith('/') ? trimmed : joinPath(root, trimmed === '.' ? '' : trimmed);
  const problem = pathProblem(absolute);
  if (problem !== undefined || !isSameOrInside(absolute, root)) {
    throw new EnclosureError('usage-invalid', 'no znode of the environment has this path', {
      expected: `a path below ${escapeName(root)}, whole or relative to it`,
      found: `"${escapeName(given)}"${problem === undefined ? '' : `: ${problem}`}`,
    });
  }
  return absolute.slice(root.length + 1);
}
