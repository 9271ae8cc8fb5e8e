/** What the tests of the directory and the processes that they start both need; free of vitest. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectoryOwner } from '../../../../src/join/directory/directory-owner.ts';
import {
  makeRevisionTree,
  type RevisionTree,
  type RevisionZnode,
} from '../../../../src/agent/reading/revision-tree.ts';
import { contentIdOf } from '../../../../src/model/content-id.ts';

export const owner: DirectoryOwner = {
  environment: 'production',
  ensemble: 'one:2181,two:2181/chroot',
  stateRoot: '/enclosure',
};

/** @param data path relative to the root znode -> data; the znodes above are added, without data. */
export function snapshot(
  revision: number | null,
  data: Readonly<Record<string, string | Buffer>>,
): RevisionTree {
  const znodes = new Map([['', Buffer.alloc(0)]]);
  for (const [path, bytes] of Object.entries(data)) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth += 1) {
      const above = segments.slice(0, depth).join('/');
      if (!znodes.has(above)) znodes.set(above, Buffer.alloc(0));
    }
    znodes.set(path, Buffer.from(bytes));
  }
  const entries = [...znodes].map(([path, bytes]): [string, RevisionZnode] => [
    path,
    { data: bytes, content: contentIdOf('sha1', bytes) },
  ]);
  return makeRevisionTree({ environment: owner.environment, znode: '/app', revision, commit: null }, entries);
}

/** A revision of which nearly every file carries its number, with some that are equal in all of them. */
export function numbered(revision: number): RevisionTree {
  return snapshot(revision, {
    app: `own data ${revision}`,
    'app/db': `db ${revision}`,
    'app/deep/name': 'always the same',
    [`only-in-${revision}`]: '',
    constant: 'this one too',
  });
}

/** How `numbered` lies on the disk; null of a directory. */
export function numberedFiles(revision: number): Record<string, string | null> {
  return {
    app: null,
    'app/.znode': `own data ${revision}`,
    'app/db': `db ${revision}`,
    'app/deep': null,
    'app/deep/name': 'always the same',
    constant: 'this one too',
    [`only-in-${revision}`]: '',
  };
}

/** Everything below a directory: path -> bytes as text, null of a directory. */
export async function filesBelow(directory: string): Promise<Record<string, string | null>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const text = entry.isDirectory() ? null : await readFile(path, 'utf8');
      return [path.slice(directory.length + 1), text] as const;
    }),
  );
  return Object.fromEntries(found);
}
