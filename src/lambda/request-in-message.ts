/**
 * What the sync function is asked for: by a message of the queue, or by a person who invokes it. Neither is taken on trust.
 * Fails with `usage-invalid`, which names the keys and never quotes what was sent.
 */
import * as z from 'zod';
import { EnclosureError } from '../base/enclosure-error.ts';
import { permissionNames, type PermissionSwitch } from '../model/sync/permission-switches.ts';
import type { SyncRequest } from '../model/sync/sync-request.ts';

const environment = z.string().min(1).max(200);
const commit = z.string().regex(/^[0-9a-f]{4,64}$/i);
const flag = z.boolean().exactOptional();
const permissions = Object.fromEntries(permissionNames.map((name) => [name, flag]));
const switches = { full: flag, ...(permissions as Record<PermissionSwitch, typeof flag>) };

/** Keys that are not known are left out: a newer sender may have more to say. */
const message = z.object({
  environment,
  reason: z.enum(['push', 'manual', 'schedule', 'rollback']),
  actor: z.string(),
  delivery: z.string().exactOptional(),
  time: z.string(),
  repository: z.string().exactOptional(),
  ref: z.string().exactOptional(),
  hint: z.string().exactOptional(),
  commit: commit.exactOptional(),
  ...switches,
});

/** A key that is not known is a mistake: somebody meant something by it. */
const invocation = z.strictObject({ environment, commit: commit.exactOptional(), ...switches });

export function requestInMessage(body: string): SyncRequest {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    throw new EnclosureError('usage-invalid', 'the message cannot be read', {
      expected: 'a sync request in JSON',
      found: 'something else',
    });
  }
  return checked(message, content, 'the message is not a sync request');
}

/** @param requestId of the invocation: with it CloudTrail says who it was */
export function requestOfInvocation(event: unknown, requestId: string, now = new Date()): SyncRequest {
  const asked = checked(invocation, event, 'the event is not a request for a sync');
  return { ...asked, reason: 'manual', actor: `invocation ${requestId}`, time: now.toISOString() };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, summary: string): T {
  const verdict = schema.safeParse(value);
  if (verdict.success) return verdict.data;
  const wrong = verdict.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
  );
  const keys = [...new Set(wrong)].filter((key) => /^[\w-]{1,40}$/.test(key));
  throw new EnclosureError('usage-invalid', summary, {
    expected: 'an object such as {"environment": "production"}',
    found: keys.length === 0 ? 'something else' : `something wrong with ${keys.join(', ')}`,
    next: `The keys are environment, commit, full, ${list(permissionNames)}.`,
  });
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
