/**
 * The text of the state and of the deployment records. What is read is checked: a state that cannot be understood is an
 * error that names the znode, never "no state", because "no state" would make the next run a first deployment.
 */
import { EnclosureError } from '../base/enclosure-error.ts';
import { fieldsOf, parseJson } from '../base/parse-json.ts';
import { count, fields, list, matching, oneOf, orNull, text, type Shape } from '../base/shape.ts';
import type { Change, CommitSummary, DeploymentRecord } from '../model/deployment-record.ts';
import type { Hold, HoldEvent } from '../model/hold.ts';
import type { Counts } from '../model/plan.ts';
import type { Mapping, State, WrittenCommit } from '../model/state.ts';

const commit = matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a commit id');

const mapping = fields<Mapping>({
  directory: text,
  layout: oneOf('file', 'directory'),
  unsupported: oneOf('refuse', 'skip'),
});

const stateShape = fields<State>(
  {
    format: oneOf(1),
    environment: text,
    znode: text,
    repository: text,
    branch: text,
    mapping,
    mappingDigest: text,
    revision: count,
    commit: orNull(commit),
    phase: oneOf('applied', 'applying'),
    target: fields<NonNullable<State['target']>>(
      { revision: count, commit, mapping, earlier: list(fields<WrittenCommit>({ commit, mapping })) },
      ['earlier'],
    ),
    znodes: count,
    time: text,
  },
  ['target'],
);

const recordShape = fields<DeploymentRecord>(
  {
    format: oneOf(1),
    environment: text,
    revision: count,
    commit,
    previousCommit: orNull(commit),
    commits: list(fields<CommitSummary>({ sha: text, author: text, subject: text })),
    commitsCut: count,
    reason: oneOf('push', 'manual', 'schedule', 'rollback'),
    actor: text,
    delivery: orNull(text),
    started: text,
    ended: text,
    counts: fields<Counts>({ created: count, updated: count, deleted: count, unchanged: count }),
    transactions: count,
    mode: oneOf('fast', 'full'),
    changes: list(
      fields<Change>({
        path: text,
        action: oneOf('create', 'update', 'delete'),
        before: orNull(text),
        after: orNull(text),
      }),
    ),
    changesCut: count,
    message: text,
  },
  ['message'],
);

const renewal =
  'Look at the znode; restore it, or delete it to begin a new history (the next sync then asks for --adopt where znodes differ).';

export function parseState(data: Uint8Array, path: string): State {
  return parseStored(stateShape, data, path, { what: 'the state of an environment', next: renewal });
}

export function parseRecord(data: Uint8Array, path: string): DeploymentRecord {
  return parseStored(recordShape, data, path, { what: 'a deployment record', next: renewal });
}

export function formatJson(value: State | DeploymentRecord | Hold | HoldEvent): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Fails with `state-newer` or `state-unreadable`; `next` says what to do about the second. */
export function parseStored<T>(
  shape: Shape<T>,
  data: Uint8Array,
  path: string,
  { what, next }: { readonly what: string; readonly next: string },
): T {
  const unreadable = (found: string): EnclosureError =>
    new EnclosureError('state-unreadable', `${what} cannot be understood`, {
      where: path,
      expected: 'JSON as Enclosure writes it',
      found,
      next,
    });
  const value = parseJson(data);
  if (value === undefined) throw unreadable('something that is not JSON');
  const format = fieldsOf(value)?.['format'];
  if (typeof format === 'number' && format > 1) {
    throw new EnclosureError('state-newer', `${what} was written by a newer Enclosure`, {
      where: path,
      expected: 'format 1',
      found: `format ${format}`,
      next: 'Use the version of Enclosure that wrote it, or a newer one.',
    });
  }
  return shape(value, '', (at, problem) => {
    throw unreadable(at === '' ? problem : `at "${at}": ${problem}`);
  });
}
