/**
 * Who holds a lock and whom to wait for, decided from the names of the lock directory's children. Pure.
 *
 * A lock node is `lock-<guid>-NNNNNNNNNN`; the server appends the ten digits. Only they give the order: names of other
 * lengths sort differently as text. Children of other shapes are not ours to wait for, whoever left them there.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';

export interface LockNode {
  readonly name: string;
  readonly guid: string;
  readonly sequence: number;
}

export type Place =
  | { readonly place: 'missing' }
  | { readonly place: 'first' }
  /** `ahead` counts those before us, the holder included. */
  | {
      readonly place: 'behind';
      readonly predecessor: LockNode;
      readonly ahead: number;
    };

/** The counter is a signed 32-bit number: after this it goes on with -2147483648, and the order is gone. */
const lastSequence = 2_147_483_647;
/** Far more than anybody waits at one time; so all sequences of one moment lie on the same side of the end. */
const margin = 1_000_000;

export function lockNodePrefix(guid: string): string {
  return `lock-${guid}-`;
}

/** Undefined for a foreign child. */
export function parseLockNode(name: string): LockNode | undefined {
  const [, guid, digits] = /^lock-(.+?)-(\d{10}|-\d{9,10})$/.exec(name) ?? [];
  return guid === undefined || digits === undefined ? undefined : { name, guid, sequence: Number(digits) };
}

/** The lock nodes among the children, first come first. */
export function lockQueue(children: readonly string[]): LockNode[] {
  return children
    .map((name) => parseLockNode(name))
    .filter((node) => node !== undefined)
    .toSorted((one, other) => one.sequence - other.sequence);
}

/**
 * Where the lock node `own` stands. It goes by the whole name and not by the guid: after a lost session an attempt may
 * meet its own former node, which is somebody else's by then.
 *
 * Fails with `lock-broken` where the numbering has reached its end.
 */
export function placeInQueue(children: readonly string[], own: string, directory: string): Place {
  const queue = lockQueue(children);
  const broken = queue.find(({ sequence }) => sequence < 0 || sequence > lastSequence - margin);
  if (broken !== undefined) throw numberingEnded(broken, directory);
  const index = queue.findIndex(({ name }) => name === own);
  if (index === -1) return { place: 'missing' };
  const predecessor = queue[index - 1];
  if (predecessor === undefined) return { place: 'first' };
  return { place: 'behind', predecessor, ahead: index };
}

function numberingEnded(node: LockNode, directory: string): EnclosureError {
  return new EnclosureError('lock-broken', 'the numbering of the lock nodes is at its end', {
    where: `${directory}/${node.name}`,
    expected: `a sequence from 0 to ${lastSequence - margin}`,
    found: String(node.sequence),
    next: `When no run is under way, delete ${directory} with its children; the next run makes it again and counts from 0.`,
  });
}
