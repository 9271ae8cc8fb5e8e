/**
 * The text of the state and of the deployment records. What is read is checked: a state that cannot be understood is an
 * error that names the znode, never "no state", because "no state" would make the next run a first deployment.
 */
import * as z from 'zod';
import { EnclosureError } from '../base/enclosure-error.ts';
import type { DeploymentRecord } from '../model/deployment-record.ts';
import type { Hold, HoldEvent } from '../model/hold.ts';
import type { State } from '../model/state.ts';

const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const count = z.number().int().nonnegative();

const mapping = z.object({
  directory: z.string(),
  layout: z.enum(['file', 'directory']),
  unsupported: z.enum(['refuse', 'skip']),
});

const stateSchema = z.object({
  format: z.literal(1),
  environment: z.string(),
  znode: z.string(),
  repository: z.string(),
  branch: z.string(),
  mapping,
  mappingDigest: z.string(),
  revision: count,
  commit: commit.nullable(),
  phase: z.enum(['applied', 'applying']),
  target: z
    .object({
      revision: count,
      commit,
      mapping,
      earlier: z.array(z.object({ commit, mapping })).exactOptional(),
    })
    .exactOptional(),
  znodes: count,
  time: z.string(),
});

const recordSchema = z.object({
  format: z.literal(1),
  environment: z.string(),
  revision: count,
  commit,
  previousCommit: commit.nullable(),
  commits: z.array(z.object({ sha: z.string(), author: z.string(), subject: z.string() })),
  commitsCut: count,
  reason: z.enum(['push', 'manual', 'schedule', 'rollback']),
  actor: z.string(),
  delivery: z.string().nullable(),
  started: z.string(),
  ended: z.string(),
  counts: z.object({ created: count, updated: count, deleted: count, unchanged: count }),
  transactions: count,
  mode: z.enum(['fast', 'full']),
  changes: z.array(
    z.object({
      path: z.string(),
      action: z.enum(['create', 'update', 'delete']),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  changesCut: count,
  message: z.string().exactOptional(),
});

const renewal =
  'Look at the znode; restore it, or delete it to begin a new history (the next sync then asks for --adopt where znodes differ).';

export function parseState(data: Uint8Array, path: string): State {
  return parseStored(stateSchema, data, path, { what: 'the state of an environment', next: renewal });
}

export function parseRecord(data: Uint8Array, path: string): DeploymentRecord {
  return parseStored(recordSchema, data, path, { what: 'a deployment record', next: renewal });
}

export function formatJson(value: State | DeploymentRecord | Hold | HoldEvent): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Fails with `state-newer` or `state-unreadable`; `next` says what to do about the second. */
export function parseStored<T>(
  schema: z.ZodType<T>,
  data: Uint8Array,
  path: string,
  { what, next }: { readonly what: string; readonly next: string },
): T {
  const value = parseJson(data);
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format === 'number' && format > 1) {
    throw new EnclosureError('state-newer', `${what} was written by a newer Enclosure`, {
      where: path,
      expected: 'format 1',
      found: `format ${format}`,
      next: 'Use the version of Enclosure that wrote it, or a newer one.',
    });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EnclosureError('state-unreadable', `${what} cannot be understood`, {
    where: path,
    expected: 'JSON as Enclosure writes it',
    found: issue === undefined ? 'something else' : `at "${issue.path.join('.')}": ${issue.message}`,
    next,
  });
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
