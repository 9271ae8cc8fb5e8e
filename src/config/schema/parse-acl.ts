import type { Acl } from '../../model/environment.ts';

/** Letters of ZooKeeper's own notation, each at most once. */
export const permissionsPattern = /^(?!.*(.).*\1)[cdrwa]{1,5}$/;

const bits: Readonly<Record<string, number>> = { r: 1, w: 2, c: 4, d: 8, a: 16 };

export function parseAcl(entry: { scheme: string; id: string; permissions: string }): Acl {
  let permissions = 0;
  for (const letter of entry.permissions) permissions |= bits[letter] ?? 0;
  return { permissions, scheme: entry.scheme, id: entry.id };
}
