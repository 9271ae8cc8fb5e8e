/**
 * The text of a hold, and of what the history says of it. A hold that cannot be understood is an error that names the
 * znode, never "not held": an environment that somebody froze must not thaw because of a version or a typing error.
 */
import { count, fields, oneOf, orNull, text, time } from '../base/shape.ts';
import type { HeldRollback, Hold, HoldEvent } from '../model/hold.ts';
import { parseStored } from './parse-state.ts';

const place = fields<HeldRollback['from']>({ revision: count, commit: text });

const holdShape = fields<Hold>({
  format: oneOf(1),
  environment: text,
  who: text,
  why: orNull(text),
  since: time,
  until: orNull(time),
  rollback: orNull(fields<HeldRollback>({ from: place, to: place })),
});

const eventShape = fields<HoldEvent>({
  format: oneOf(1),
  kind: oneOf('hold', 'resume'),
  environment: text,
  revision: count,
  who: text,
  why: orNull(text),
  until: orNull(time),
  time,
});

export function parseHold(data: Uint8Array, path: string): Hold {
  return parseStored(holdShape, data, path, {
    what: 'the hold of an environment',
    next: 'Look at the znode; restore it, or delete it to lift the hold.',
  });
}

export function parseHoldEvent(data: Uint8Array, path: string): HoldEvent {
  return parseStored(eventShape, data, path, {
    what: 'an entry of the history',
    next: 'Look at the znode; restore it, or delete it.',
  });
}
