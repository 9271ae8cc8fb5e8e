/**
 * What a deployment changes and finds done already: a run that died half-way did it, or somebody by hand, who then
 * committed the same to git. These steps need not be taken again. But the deployment record must name them: the history
 * would not say which deployment changed those znodes, and members, who read what the record names, would never see them.
 * Pure.
 */
import type { DesiredTree, DesiredZnode } from '../../model/desired-tree.ts';
import type { LiveTree } from '../../model/live-tree.ts';
import type { Step } from '../../model/plan.ts';

export interface Difference {
  readonly before?: DesiredZnode | undefined;
  readonly after?: DesiredZnode | undefined;
}

/** @param differences between the applied commit and the desired one */
export function landedBefore(differences: Iterable<readonly [string, Difference]>, live: LiveTree): Step[] {
  const steps: Step[] = [];
  const deletes: Step[] = [];
  for (const [path, { before, after }] of differences) {
    const have = live.get(path);
    if (after === undefined) {
      if (before === undefined || have !== undefined) continue;
      deletes.push({ action: 'delete', path, bytes: before.size, version: -1, previous: before.content });
    } else if (have?.content === after.content && before?.content !== after.content && !have.ephemeral) {
      const { content, size: bytes } = after;
      if (before === undefined) steps.push({ action: 'create', path, content, bytes });
      else
        steps.push({
          action: 'update',
          path,
          content,
          bytes,
          version: have.version,
          previous: before.content,
        });
    }
  }
  return [...steps, ...deletes];
}

/**
 * @param recorded the applied commit's tree. Before the first deployment there is none: then only what a run that died was
 *   writing counts, and what was there before is taken over and not changed.
 */
export function* differencesBetween(
  recorded: DesiredTree | undefined,
  desired: DesiredTree,
  halfWritten: DesiredTree | undefined,
): Generator<readonly [string, Difference]> {
  for (const [path, after] of desired) {
    const before = recorded?.get(path);
    const counts = recorded !== undefined || halfWritten?.get(path)?.content === after.content;
    if (counts && before?.content !== after.content) yield [path, { before, after }];
  }
  for (const [path, before] of recorded ?? []) if (!desired.has(path)) yield [path, { before }];
}
