/**
 * The text of an audit note: the deployment records of one commit, each a line of JSON. Pure.
 *
 * Lines are sorted and stand there once, so that notes which were written apart come together the same in every order:
 * what `git notes merge --strategy=cat_sort_uniq` would make of them. Lines that are no records of ours are kept.
 */
import { isEnclosureError } from '../../base/enclosure-error.ts';
import type { DeploymentRecord } from '../../model/deployment-record.ts';
import { parseRecord } from '../../state/parse-state.ts';

/**
 * The line of a record, from the bytes of its znode: what another version of Enclosure wrote gives the same line in this
 * one. Undefined for what is no record that this version can read; the one that wrote it sees to its note.
 */
export function noteLine(
  data: Uint8Array,
  path: string,
): { readonly line: string; readonly record: DeploymentRecord } | undefined {
  const record = readable(data, path);
  return record === undefined
    ? undefined
    : { record, line: JSON.stringify(JSON.parse(Buffer.from(data).toString())) };
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** The note with these lines added to it. */
export function withLines(text: string, lines: readonly string[]): string {
  return [...new Set([...linesOf(text), ...lines])]
    .toSorted()
    .map((line) => `${line}\n`)
    .join('');
}

/** The records of a note; `unread` counts the lines that are none, or of a newer format. */
export function recordsIn(
  text: string,
  where: string,
): { readonly records: DeploymentRecord[]; readonly unread: number } {
  const lines = linesOf(text);
  const records = lines
    .map((line) => readable(Buffer.from(line), where))
    .filter((record) => record !== undefined);
  return { records, unread: lines.length - records.length };
}

function readable(data: Uint8Array, where: string): DeploymentRecord | undefined {
  try {
    return parseRecord(data, where);
  } catch (error) {
    if (isEnclosureError(error)) return undefined;
    throw error;
  }
}
