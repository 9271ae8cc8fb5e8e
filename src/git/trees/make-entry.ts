import type { EntryType, TreeEntry } from '../../model/ports/git-repository.ts';
import { decodeName, type EntryName } from './entry-name.ts';

/** The type that a mode stands for, or undefined for a mode that git never writes. */
export function entryType(mode: string): EntryType | undefined {
  if (mode.startsWith('100')) return 'file';
  if (mode === '120000') return 'symlink';
  if (mode === '160000') return 'submodule';
  if (mode === '040000' || mode === '40000') return 'directory';
  return undefined;
}

/**
 * The direct entries of a raw tree object: `mode SP name NUL oid`, one after the other
 * (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects). Undefined when the bytes are no tree.
 */
export function parseTree(data: Buffer, oidLength: 20 | 32): TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(0x20, at);
    const end = data.indexOf(0, space);
    if (space === -1 || end === -1 || end + 1 + oidLength > data.length) return undefined;
    const type = entryType(data.toString('latin1', at, space));
    if (type === undefined) return undefined;
    at = end + 1 + oidLength;
    entries.push(
      makeEntry(type, data.toString('hex', end + 1, at), decodeName(data.subarray(space + 1, end))),
    );
  }
  return entries;
}

/** Spread operators would cost more than all the rest of reading a listing. */
export function makeEntry(type: EntryType, oid: string, name: EntryName, size?: number): TreeEntry {
  const entry = size === undefined ? { type, oid, path: name.text } : { type, oid, path: name.text, size };
  return name.invalidAt === undefined ? entry : { ...entry, invalidAt: name.invalidAt };
}
