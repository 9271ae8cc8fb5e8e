/** `git diff-tree` as a stream of differences between two trees; directories that differ are listed too. */
import type { TreeDifference, TreeEntry } from '../../model/ports/git-repository.ts';
import { BrokenCopyError } from '../process/fetch-failure.ts';
import type { GitOptions } from '../process/git-process.ts';
import { decodePath } from './entry-name.ts';
import { streamLines, type OnFailure } from '../process/stream-lines.ts';
import { entryType, makeEntry } from './make-entry.ts';

export async function* diffTrees(
  before: string,
  after: string,
  options: GitOptions,
  onFailure: OnFailure,
): AsyncGenerator<readonly TreeDifference[], void, undefined> {
  const args = ['diff-tree', '-r', '-t', '-z', '--raw', '--no-renames', '--full-index', before, after];
  let header: string | undefined;
  for await (const lines of streamLines(args, options, onFailure)) {
    const differences: TreeDifference[] = [];
    // A difference is two lines; the stream may be cut between them.
    for (let at = 0; at < lines.length;) {
      const end = lines.indexOf(0, at);
      const line = lines.subarray(at, end);
      at = end + 1;
      if (header === undefined) header = line.toString('latin1');
      else {
        differences.push(parseDifference(header, line));
        header = undefined;
      }
    }
    yield differences;
  }
}

/** `:mode mode oid oid status`, then the path. */
export function parseDifference(header: string, path: Buffer): TreeDifference {
  const [modeBefore = '', modeAfter = '', oidBefore = '', oidAfter = ''] = header.slice(1).split(' ');
  const name = decodePath(path);
  const side = (mode: string, oid: string): TreeEntry | undefined => {
    if (mode === '000000') return undefined;
    const type = entryType(mode);
    if (type === undefined) throw new BrokenCopyError('git diff-tree', `an unknown mode ${mode}`);
    return makeEntry(type, oid, name);
  };
  const before = side(modeBefore, oidBefore);
  const after = side(modeAfter, oidAfter);
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}
