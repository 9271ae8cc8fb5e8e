/**
 * Whether a tree in ZooKeeper is what git says, told by neither Enclosure nor a script: every path of the commit is there
 * with exactly its bytes, every directory without data, and nothing else.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import type { Channel } from '../../src/model/ports/channel.ts';
import { walkTree } from './walk-tree.ts';
import { WriteSpan } from './write-span.ts';

/** By path, the blob id; '' for a directory. The root is ''. */
export type ExpectedTree = ReadonlyMap<string, string>;

export interface CheckedTree {
  readonly znodes: number;
  readonly span: WriteSpan;
  /** How it differs; absent where it does not. */
  readonly problem?: string;
}

export async function expectedTree(repository: string, commit: string): Promise<ExpectedTree> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['-C', repository, 'ls-tree', '-r', '-t', '-z', '--full-tree', commit],
    { maxBuffer: 2 ** 30 },
  );
  const tree = new Map([['', '']]);
  for (const entry of stdout.split('\0')) {
    const tab = entry.indexOf('\t');
    if (tab === -1) continue;
    const [, type, oid = ''] = entry.slice(0, tab).split(' ');
    tree.set(entry.slice(tab + 1), type === 'tree' ? '' : oid);
  }
  return tree;
}

export async function checkTree(
  channel: Channel,
  root: string,
  expected: ExpectedTree,
): Promise<CheckedTree> {
  const span = new WriteSpan();
  const problems: string[] = [];
  let [znodes, found, wrong] = [0, 0, 0];
  const note = (problem: string): void => {
    wrong += 1;
    if (problems.length < 3) problems.push(problem);
  };
  await walkTree(channel, root, (relative, data, stat) => {
    znodes += 1;
    if (relative !== '') span.add(stat);
    const oid = expected.get(relative);
    if (oid === undefined) {
      note(`${root}/${relative} is not in the commit`);
      return;
    }
    found += 1;
    const same = oid === '' ? data.length === 0 : blobId(data) === oid;
    if (!same) note(`${root}/${relative} holds other data than the commit`);
  });
  if (found < expected.size) note(`${expected.size - found} of ${expected.size} znodes are missing`);
  if (wrong === 0) return { znodes, span };
  const more = wrong > problems.length ? `, and ${wrong - problems.length} more` : '';
  return { znodes, span, problem: `${problems.join(', ')}${more}` };
}

function blobId(data: Buffer): string {
  return createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
}
