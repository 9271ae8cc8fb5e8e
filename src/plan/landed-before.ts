/**
 * What a run that died half-way had done already: its steps need not be taken again, but the deployment record must name
 * them, or the history would not say which deployment changed those znodes. Pure.
 */
import type { Step } from '../model/plan.ts';
import type { DesiredTree, LiveTree } from '../model/tree.ts';

export interface HalfWay {
  readonly desired: DesiredTree;
  readonly live: LiveTree;
  /** The applied commit's tree. */
  readonly recorded: DesiredTree | undefined;
  /** The tree that the run was writing. */
  readonly halfWritten: DesiredTree;
}

export function landedBefore({ desired, live, recorded, halfWritten }: HalfWay): Step[] {
  const steps: Step[] = [];
  for (const [path, { oid, size }] of desired) {
    const [have, before] = [live.get(path), recorded?.get(path)?.oid];
    const landed = have?.oid === oid && before !== oid && halfWritten.get(path)?.oid === oid;
    if (!landed) continue;
    if (before === undefined) steps.push({ action: 'create', path, oid, bytes: size });
    else steps.push({ action: 'update', path, oid, bytes: size, version: have.version, previous: before });
  }
  for (const [path, { oid, size }] of recorded ?? []) {
    if (desired.has(path) || halfWritten.has(path) || live.has(path)) continue;
    steps.push({ action: 'delete', path, bytes: size, version: -1, previous: oid });
  }
  return steps;
}
