/**
 * The text of a hold, and of what the history says of it. A hold that cannot be understood is an error that names the
 * znode, never "not held": an environment that somebody froze must not thaw because of a version or a typing error.
 */
import * as z from 'zod';
import type { Hold, HoldEvent } from '../model/hold.ts';
import { parseStored } from './parse-state.ts';

const count = z.number().int().nonnegative();
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'no time');
const place = z.object({ revision: count, commit: z.string() });

const holdSchema = z.object({
  format: z.literal(1),
  environment: z.string(),
  who: z.string(),
  why: z.string().nullable(),
  since: time,
  until: time.nullable(),
  rollback: z.object({ from: place, to: place }).nullable(),
});

const eventSchema = z.object({
  format: z.literal(1),
  kind: z.enum(['hold', 'resume']),
  environment: z.string(),
  revision: count,
  who: z.string(),
  why: z.string().nullable(),
  until: time.nullable(),
  time,
});

export function parseHold(data: Uint8Array, path: string): Hold {
  return parseStored(holdSchema, data, path, {
    what: 'the hold of an environment',
    next: 'Look at the znode; restore it, or delete it to lift the hold.',
  });
}

export function parseHoldEvent(data: Uint8Array, path: string): HoldEvent {
  return parseStored(eventSchema, data, path, {
    what: 'an entry of the history',
    next: 'Look at the znode; restore it, or delete it.',
  });
}
