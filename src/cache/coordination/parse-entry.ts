/**
 * The state of a key as its znode holds it. Data that cannot be understood is an error that names the znode, never
 * "absent": an expensive call must not be repeated again and again because of a version or a typing error.
 */
import { EnclosureError } from '../../base/enclosure-error.ts';
import { fieldsOf, isCount, isCountOrNull, isText, parseJson } from '../../base/parse-json.ts';
import { shownKey } from '../shown-key.ts';

/** What the last call that succeeded left in level 2. */
export interface FinishedResult {
  readonly epoch: number;
  /** Part of its names in level 2: the epoch alone may recur after the entry was dropped. */
  readonly token: string;
  readonly count: number;
  readonly bytes: number;
  /** The digest of the manifest. */
  readonly digest: string;
  /** Ensemble's clock; null: until it is invalidated. */
  readonly expires: number | null;
  /** Of the namespace when the call began. */
  readonly generation: number;
}

export interface Filling {
  readonly token: string;
  /** `host:pid`. */
  readonly owner: string;
  readonly since: number;
}

export interface Failure {
  readonly class: string;
  readonly retryAfter: number;
  /** Of the namespace when the call began. */
  readonly generation: number;
}

export interface EntryFacts {
  readonly format: 1;
  /** The beginning of the key, for human readers. */
  readonly key: string;
  /** The epoch of the last fill that began; 0 if there was none. */
  readonly epoch: number;
  readonly state: 'absent' | 'filling' | 'ready' | 'failed';
  /** Where the state is `filling`. */
  readonly filling: Filling | null;
  /** Where the state is `failed`. */
  readonly failure: Failure | null;
  /** The last result that was published; unless the state is `ready`, it can only be handed out as outdated. */
  readonly result: FinishedResult | null;
}

export function absentEntry(key: string): EntryFacts {
  return {
    format: 1,
    key: shownKey(key),
    epoch: 0,
    state: 'absent',
    filling: null,
    failure: null,
    result: null,
  };
}

export function formatEntry(facts: EntryFacts): Buffer {
  return Buffer.from(JSON.stringify(facts));
}

/** Undefined for an entry that nothing was written to yet. Fails with `state-newer` and `state-unreadable`. */
export function parseEntry(data: Uint8Array, path: string): EntryFacts | undefined {
  if (data.length === 0) return undefined;
  const fields = fieldsOf(parseJson(data));
  const format = fields?.['format'];
  if (isCount(format) && format > 1) throw newer(path, format);
  const { key, epoch, state } = fields ?? {};
  const [filling, failure, result] = [
    fillingOf(fields?.['filling']),
    failureOf(fields?.['failure']),
    resultOf(fields?.['result']),
  ];
  if (format !== 1 || !isText(key) || !isCount(epoch)) throw unreadable(path);
  if (filling === undefined || failure === undefined || result === undefined) throw unreadable(path);
  const complete =
    state === 'absent' ||
    (state === 'filling' && filling !== null) ||
    (state === 'ready' && result !== null) ||
    (state === 'failed' && failure !== null);
  if (!complete) throw unreadable(path);
  return { format: 1, key, epoch, state, filling, failure, result };
}

function fillingOf(value: unknown): Filling | null | undefined {
  if (value === null) return null;
  const { token, owner, since } = fieldsOf(value) ?? {};
  return isToken(token) && isText(owner) && isCount(since) ? { token, owner, since } : undefined;
}

function failureOf(value: unknown): Failure | null | undefined {
  if (value === null) return null;
  const { class: name, retryAfter, generation } = fieldsOf(value) ?? {};
  if (!isText(name) || !isCount(retryAfter) || !isCount(generation)) return undefined;
  return { class: name, retryAfter, generation };
}

function resultOf(value: unknown): FinishedResult | null | undefined {
  if (value === null) return null;
  const { epoch, token, count, bytes, digest, expires, generation } = fieldsOf(value) ?? {};
  if (!isCount(epoch) || !isToken(token) || !isCount(count) || !isCount(bytes)) return undefined;
  if (!isText(digest) || !isCountOrNull(expires) || !isCount(generation)) return undefined;
  return { epoch, token, count, bytes, digest, expires, generation };
}

/** It becomes part of names in level 2 and in level 1. */
function isToken(value: unknown): value is string {
  return isText(value) && /^[0-9a-f]{1,64}$/.test(value);
}

function newer(path: string, format: number): EnclosureError {
  return new EnclosureError('state-newer', 'the state of a key was written by a newer Enclosure', {
    where: path,
    expected: 'format 1',
    found: `format ${format}`,
    next: 'Update this program.',
  });
}

function unreadable(path: string): EnclosureError {
  return new EnclosureError('state-unreadable', 'the state of a key cannot be understood', {
    where: path,
    next: 'Look at the znode; delete it with its children to have the key filled again.',
  });
}
