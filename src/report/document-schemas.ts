/**
 * What `--json` prints, command by command, as schemas: `npm run schema` writes them to `schemas/documents`, and the tests check
 * every document against them. No command loads this file: what prints must start quickly.
 *
 * Times are ISO 8601 in UTC, sizes bytes, lengths of time milliseconds. A key that is optional here is absent where it says
 * nothing; null means that the thing is not known, or is not there.
 */
import * as z from 'zod';

const text = z.string();
const amount = z.int().min(0);
const time = z.string();
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullable();
const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema);

const error = z.strictObject({
  code: text.describe('Stable; the table is in docs/command-line.md.'),
  message: text,
  retryable: z.boolean().describe('Whether the same request may succeed later.'),
  expected: text.optional(),
  found: text.optional(),
  where: text.optional(),
  next: text.optional().describe('What to do next.'),
});

const counts = z.strictObject({ created: amount, updated: amount, deleted: amount, unchanged: amount });
const commit = z.strictObject({ sha: text, author: text, subject: text });
const place = z.strictObject({ revision: amount, commit: text });
const held = z.strictObject({
  who: text,
  why: maybe(text),
  since: time,
  until: maybe(time).describe('Null: until somebody lifts it.'),
  rollback: maybe(z.strictObject({ from: place, to: place })),
});
const refusal = z.strictObject({ code: text, message: text });
const group = z.strictObject({ count: amount, paths: list(text) });
const adoption = z
  .strictObject({ equal: group, different: group, unmanaged: group })
  .describe('What a first deployment found below its root znode.');
const notes = z.strictObject({
  written: amount.optional(),
  pending: maybe(amount).describe('Records without a note; null where that is not known.'),
  since: maybe(time),
  error: error.optional(),
});
const drift = z.strictObject({ path: text, kind: z.enum(['changed', 'missing']) });
const action = z.enum(['create', 'update', 'delete']);

const plan = z.strictObject({
  environment: text,
  outcome: z.enum(['applied', 'unchanged', 'refused', 'held']).describe('The one that sync would have.'),
  revision: amount.describe('What is applied now; 0 before the first deployment.'),
  commit: text,
  previousCommit: maybe(text),
  counts,
  transactions: z.literal(0),
  durationMs: amount,
  mode: z.enum(['fast', 'full']),
  znodes: amount,
  steps: list(z.strictObject({ action, path: text, bytes: amount })),
  refusals: list(refusal),
  warnings: list(text),
  drift: list(drift),
  unmanaged: list(text),
  strays: list(text),
  adoption: maybe(adoption),
  held: maybe(held),
});

const done = z.strictObject({
  environment: text,
  outcome: z.enum(['applied', 'unchanged', 'refused', 'held']),
  revision: amount,
  commit: maybe(text),
  previousCommit: maybe(text),
  counts,
  transactions: amount,
  durationMs: amount,
  refusals: list(refusal).optional(),
  adoption: adoption.optional(),
  held: held.optional(),
  notes: notes.optional(),
});
const failed = z.strictObject({
  environment: text,
  outcome: z.literal('failed'),
  revision: z.null(),
  commit: z.null(),
  previousCommit: z.null(),
  counts: z.null(),
  transactions: z.null(),
  durationMs: amount,
  error,
});
const synced = z.union([done, failed]);

const change = z.strictObject({
  path: text,
  action,
  before: maybe(text).describe("The content's identity; null where there was none."),
  after: maybe(text),
});
const record = z.strictObject({
  format: z.literal(1),
  environment: text,
  revision: amount,
  commit: text,
  previousCommit: maybe(text),
  commits: list(commit),
  commitsCut: amount.describe('How many commits were left out.'),
  reason: z.enum(['push', 'manual', 'schedule', 'rollback']),
  actor: text,
  delivery: maybe(text),
  started: time,
  ended: time,
  counts,
  transactions: amount,
  mode: z.enum(['fast', 'full']),
  changes: list(change),
  changesCut: amount.describe('How many changes were left out.'),
  message: text.optional(),
});
const event = z.strictObject({
  format: z.literal(1),
  kind: z.enum(['hold', 'resume']),
  environment: text,
  revision: amount,
  who: text,
  why: maybe(text),
  until: maybe(time),
  time,
});

const holder = z.strictObject({ guid: text, who: text, host: text, pid: amount, since: time, run: text });
const status = z.strictObject({
  environment: text,
  znode: text,
  repository: text,
  branch: text,
  revision: maybe(amount).describe('0 before the first deployment, null where the ensemble is away.'),
  commit: maybe(text),
  phase: maybe(z.enum(['applied', 'applying'])),
  target: maybe(place).describe('Where a deployment that is under way, or died, leads to.'),
  znodes: maybe(amount),
  time: maybe(time),
  holder: maybe(holder).describe('Who holds the lock.'),
  waiters: list(holder),
  held: maybe(held),
  last: maybe(record),
  members: maybe(z.record(text, z.unknown())).describe('How many members there are, and how they stand.'),
  notes: notes.optional(),
  error: error.optional(),
});

const found = z.strictObject({
  oid: text,
  size: amount,
  version: amount,
  mtime: time,
  ephemeral: z.boolean(),
});
const drifted = z.strictObject({
  path: text,
  kind: z.enum(['changed', 'missing']),
  expected: z.strictObject({ oid: text, size: maybe(amount) }),
  found: maybe(found),
  difference: maybe(list(text)).describe('Line by line, without what may be secret.'),
});
const verification = z.strictObject({
  environment: text,
  revision: amount,
  commit: maybe(text),
  phase: maybe(z.enum(['applied', 'applying'])),
  znode: maybe(text),
  repository: maybe(text),
  branch: maybe(text),
  directory: maybe(text),
  tree: maybe(text),
  basis: maybe(z.enum(['commit', 'records'])).describe('What the live tree was compared with.'),
  znodes: amount,
  unknown: amount,
  drift: list(drift),
  unmanaged: list(text),
  differences: z.strictObject({
    changed: list(drifted),
    missing: list(drifted),
    unmanaged: list(z.strictObject({ path: text, found })),
  }),
  digest: maybe(text),
  time,
  durationMs: amount,
  error: error.optional(),
});
const repaired = z.union([done.extend({ left: verification }), failed.extend({ left: verification })]);

const live = z.union([
  z.strictObject({ verdict: z.literal('same'), version: amount }),
  z.strictObject({ verdict: z.literal('changed'), version: amount, modified: time, oid: text, size: amount }),
  z.strictObject({ verdict: z.literal('missing') }),
]);
const blamed = {
  path: text,
  znode: text,
  file: maybe(text),
  commit: maybe(commit.extend({ time: maybe(time) })),
  deployment: maybe(record),
  live,
  note: maybe(text),
};
const applied = { environment: text, applied: place, notes: list(text) };

const then = {
  environment: text,
  revision: amount,
  commit: text,
  applied: maybe(time),
  path: text,
  notes: list(text),
};

const member = z.strictObject({
  name: text,
  standing: z.enum(['current', 'lags', 'rejected', 'unknown']),
  ephemeral: z.boolean(),
  host: maybe(text),
  pid: maybe(amount),
  labels: maybe(z.record(text, text)),
  data: z.unknown(),
  revision: maybe(amount),
  commit: maybe(text),
  digest: maybe(text),
  status: maybe(z.enum(['applied', 'rejected'])),
  rejected: maybe(z.strictObject({ revision: maybe(amount), commit: maybe(text), reason: text, time })),
  problem: maybe(text),
  since: maybe(time),
  joined: maybe(time),
});

const exported = z.strictObject({
  ensemble: text,
  znode: text,
  directory: text,
  znodes: amount,
  files: amount,
  directories: amount,
  bytes: amount,
  ephemeral: amount,
  changed: amount,
  durationMs: amount,
});

/** By the command that prints the document. Any command prints the one of `error` instead where it fails as a whole. */
export const documentSchemas = {
  error: z.strictObject({ error }),
  plan,
  sync: z.union([synced, list(synced)]).describe('An array with --all.'),
  rollback: done,
  hold: z.strictObject({ environment: text, held }),
  resume: z.strictObject({ environment: text, lifted: maybe(held), plan }),
  status: list(status),
  verify: z.union([verification, verification.extend({ repair: maybe(repaired) })]),
  history: z.union([
    list(z.union([record, event])),
    record.extend({ changes: list(change.extend({ difference: list(text) })), notes: list(text) }),
  ]),
  blame: z.union([
    z.strictObject({ ...applied, ...blamed }),
    z.strictObject({ ...applied, entries: list(z.strictObject(blamed)) }),
  ]),
  at: z.union([
    z.strictObject({ ...then, znodes: list(z.strictObject({ path: text, oid: text, size: amount })) }),
    z.strictObject({
      ...then,
      file: text,
      oid: text,
      size: amount,
      encoding: z.enum(['utf8', 'base64']),
      data: text,
    }),
  ]),
  members: list(member),
  export: exported,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** The JSON Schemas by their names. */
export function documentJsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(documentSchemas).map(([name, schema]) => [name, z.toJSONSchema(schema)]),
  );
}
