import { ancestorsOf } from '../../model/znode-path.ts';
import type { Channel } from '../../model/ports/channel.ts';

export interface Ancestors {
  /** Those that do not exist, topmost first. They are made as plain containers and never deleted. */
  readonly missing: readonly string[];
  /** Ephemeral ones, which can have no children. */
  readonly ephemeral: readonly string[];
}

/** The znodes above a root znode. */
export async function readAncestors(channel: Channel, root: string): Promise<Ancestors> {
  const paths = ancestorsOf(root);
  const found = await Promise.all(paths.map((path) => channel.getData(path)));
  return {
    missing: paths.filter((_, index) => found[index] === undefined),
    ephemeral: paths.filter((_, index) => (found[index]?.stat.ephemeralOwner ?? 0n) !== 0n),
  };
}
