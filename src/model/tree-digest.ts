import type { ContentId } from './content-id.ts';
import { createHash } from 'node:crypto';

const updateLength = 32 * 1024;

/**
 * One value for a whole tree: of paths and contents, and nothing else. SHA-256, lower-case hexadecimal.
 *
 * @param znodes by path relative to the root znode, in the order of code units
 */
export function treeDigest(
  znodes: Iterable<readonly [path: string, znode: { readonly content: ContentId }]>,
): string {
  const hash = createHash('sha256');
  let text = '';
  for (const [path, { content }] of znodes) {
    // No path holds NUL, so no two trees give the same text.
    text += `${path}\0${content}\0`;
    // A call into the hash costs as much as hashing a hundred znodes.
    if (text.length < updateLength) continue;
    hash.update(text);
    text = '';
  }
  return hash.update(text).digest('hex');
}
