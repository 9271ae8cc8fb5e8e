import type { DesiredTree } from '../../model/desired-tree.ts';
import { escapeName, joinPath, parentOf } from '../../model/znode-path.ts';

/** Java clients refuse an answer of more than 1 MiB (`jute.maxbuffer`); the server sends it all the same. */
const javaClientLimit = 1_048_575;
/** A name takes four bytes besides its own, and has at most 255 where it comes from a file system. */
const fewestThatCanPass = Math.floor(javaClientLimit / (4 + 255));

/** Names the znodes whose listing the default Java clients could not read. */
export function listingWarnings(desired: DesiredTree, root: string): string[] {
  if (desired.size < fewestThatCanPass) return [];
  const bytes = new Map<string, number>();
  for (const path of desired.keys()) {
    const parent = parentOf(path);
    if (parent === undefined) continue;
    const name = Buffer.byteLength(path) - (parent === '' ? 0 : Buffer.byteLength(parent) + 1);
    bytes.set(parent, (bytes.get(parent) ?? 0) + 4 + name);
  }
  return [...bytes]
    .filter(([, length]) => length > javaClientLimit)
    .map(
      ([path, length]) =>
        `the listing of ${escapeName(joinPath(root, path))} takes ${length} bytes; Java clients with their default ` +
        `jute.maxbuffer (${javaClientLimit} bytes) cannot read it`,
    );
}
