/**
 * How a receipt is written into a member's znode and read back. Reading never fails: what is in the znode may be
 * anybody's, or a newer Enclosure's.
 */
import { fieldsOf, isCount, isCountOrNull, isText, isTextOrNull, parseJson } from '../base/parse-json.ts';
import type { Receipt, RejectedRevision } from '../model/member.ts';

export function formatReceipt(receipt: Receipt): Buffer {
  return Buffer.from(JSON.stringify(receipt));
}

/** Undefined for data that are no receipt of format 1, wholly: half a receipt says nothing that could be relied on. */
export function parseReceipt(data: Uint8Array): Receipt | undefined {
  const fields = fieldsOf(parseJson(data));
  if (fields?.['format'] !== 1) return undefined;
  const { name, host, pid, labels, revision, commit, digest, status, problem, since, joined } = fields;
  const rejected = rejectedOf(fields['rejected']);
  if (!isText(name) || !isText(host) || !isCount(pid) || !isLabels(labels)) return undefined;
  if (!isCountOrNull(revision) || !isTextOrNull(commit) || !isTextOrNull(digest)) return undefined;
  if (!isTextOrNull(problem) || !isText(since) || !isText(joined)) return undefined;
  if (rejected === undefined || (status !== 'applied' && status !== 'rejected')) return undefined;
  return {
    format: 1,
    name,
    host,
    pid,
    labels,
    data: fields['data'] ?? null,
    revision,
    commit,
    digest,
    status,
    rejected,
    problem,
    since,
    joined,
  };
}

/** Undefined for what is neither a rejected revision nor null. */
function rejectedOf(value: unknown): RejectedRevision | null | undefined {
  if (value === null) return null;
  const { revision, commit, reason, time } = fieldsOf(value) ?? {};
  if (!isCountOrNull(revision) || !isTextOrNull(commit) || !isText(reason) || !isText(time)) return undefined;
  return { revision, commit, reason, time };
}

function isLabels(value: unknown): value is Readonly<Record<string, string>> {
  const fields = fieldsOf(value);
  return fields !== undefined && Object.values(fields).every(isText);
}
