import { createHash } from 'node:crypto';

/**
 * One value for a whole tree: of paths and contents, and nothing else. SHA-256, lower-case hexadecimal.
 *
 * @param znodes by path relative to the root znode, in the order of code units
 */
export function treeDigest(
  znodes: Iterable<readonly [path: string, znode: { readonly oid: string }]>,
): string {
  const hash = createHash('sha256');
  // No path holds NUL, so no two trees give the same text.
  for (const [path, { oid }] of znodes) hash.update(`${path}\0${oid}\0`);
  return hash.digest('hex');
}
