/**
 * Reads one whole revision: the state, the tree, the state again. Only where both states are the same and say `applied`
 * does the tree hold exactly one revision (docs/design.md, "State"). All reads go through one channel, so what is read
 * last is not older than what is read first.
 *
 * Fails with `tree-incomplete` where znodes are missing that the revision holds, and as state and channel do. A read that
 * failed is never an empty tree.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import type { Channel } from '../../model/ports/channel.ts';
import type { State } from '../../model/state.ts';
import { readState, type StateOwner, type StoredState } from '../../state/read-state.ts';
import { statePaths } from '../../state/state-paths.ts';
import { readChanges } from './read-changes.ts';
import { readWholeTree } from './read-whole-tree.ts';
import { makeRevisionTree, type RevisionTree } from './revision-tree.ts';

export type Observation =
  /** `watched` is false where nobody will tell of the next change. */
  | { readonly kind: 'whole'; readonly tree: RevisionTree; readonly watched?: boolean }
  /** A deployment is under way, or one died half-way: nobody may read before it has ended. */
  | { readonly kind: 'applying' }
  /** A deployment came in between. */
  | { readonly kind: 'moved' }
  /** Enclosure has deployed nothing here. */
  | { readonly kind: 'unmanaged' };

export interface Known {
  /** What was read before: data that are equal are shared with it. */
  readonly tree: RevisionTree | undefined;
  /** Whether every change since then was watched for: then reading what the deployments recorded is enough. */
  readonly continuous: boolean;
}

export async function observe(
  channel: Channel,
  environment: StateOwner,
  known: Known,
  signal?: AbortSignal,
): Promise<Observation> {
  await channel.sync(statePaths(environment).state);
  const before = await readState(channel, environment);
  const { state } = before;
  if (state === undefined) return { kind: 'unmanaged' };
  if (state.phase !== 'applied' || state.commit === null) return { kind: 'applying' };
  const { tree, continuous } = known;
  const unchanged = tree?.revision === state.revision && tree.commit === state.commit;
  if (continuous && unchanged) return { kind: 'whole', tree };
  const znodes =
    (continuous && tree !== undefined ? await readChanges(channel, environment, tree, state) : undefined) ??
    (await readWholeTree(channel, state.znode, tree, signal));
  const after = await readState(channel, environment);
  if (!isSame(before, after)) return { kind: 'moved' };
  if (znodes === undefined || znodes.size < state.znodes) throw incomplete(state, znodes?.size ?? 0);
  const { znode, revision, commit } = state;
  return {
    kind: 'whole',
    tree: makeRevisionTree({ environment: environment.name, znode, revision, commit }, znodes),
  };
}

/** A znode that was deleted and made again begins at version 0 again, so the version alone does not tell. */
function isSame(before: StoredState, after: StoredState): boolean {
  return (
    before.version === after.version &&
    before.state?.revision === after.state?.revision &&
    before.state?.time === after.state?.time
  );
}

function incomplete(state: State, found: number): EnclosureError {
  return new EnclosureError('tree-incomplete', 'the tree is not the revision that the state names', {
    where: state.znode,
    expected: `at least the ${state.znodes} znodes of revision ${state.revision}`,
    found: found === 0 ? 'no root znode' : `${found}`,
    next:
      `Somebody deleted znodes by hand: see "enclosure verify ${state.environment}", and repair it with ` +
      `"enclosure sync ${state.environment} --full".`,
  });
}
