import type { DesiredTree } from '../../model/desired-tree.ts';
import type { LiveTree } from '../../model/live-tree.ts';
import type { Adoption } from '../../model/plan.ts';

/**
 * What the first deployment finds below its root znode, where somebody has been before: what is as git has it, what is not,
 * and what git does not have. Undefined where nobody has been. Pure.
 */
export function adoptionOf(
  desired: DesiredTree,
  live: LiveTree,
  found: Pick<Adoption, 'different' | 'unmanaged'>,
): Adoption | undefined {
  const isBare = live.size <= 1 && found.different.length === 0;
  if (isBare) return undefined;
  const equal = [...desired]
    .filter(
      ([path, { content }]) => live.get(path)?.content === content && live.get(path)?.ephemeral === false,
    )
    .map(([path]) => path);
  return { equal, different: found.different, unmanaged: found.unmanaged };
}
