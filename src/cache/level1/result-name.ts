/**
 * How results are named below the directory of a namespace: `<key>/<epoch>-<token>`, with these endings on the disk. The
 * data file holds the parts one after the other: once open, all of it can be read even after it was removed. No I/O.
 */
import { randomUUID } from 'node:crypto';
import type { ResultId } from './level1-cache.ts';

export const endings = { data: '.result', manifest: '.manifest', partial: '.partial' } as const;

export function resultName({ key, epoch, token }: ResultId): string {
  return `${key}/${epoch}-${token}`;
}

/** Beside the file that it will be renamed to; nobody else writes to it. */
export function partialPath(base: string): string {
  return `${base}.${process.pid}-${randomUUID()}${endings.partial}`;
}
