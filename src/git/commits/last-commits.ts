/**
 * Which commit last set a path, as `git log -1 <commit> -- <path>` says: a merge that took a path as it is from one of
 * its parents is passed over, and followed to that parent alone.
 *
 * For many paths at once the walk is done here, in one pass over the history, because one `git log` for each of 10,000
 * paths would take minutes. The rule is git's own (git-log(1), "History Simplification", default mode).
 */
import type { CommitDetails } from '../../model/ports/git-repository.ts';
import { shorten } from './commits-between.ts';
import { decodePath } from '../trees/entry-name.ts';
import { BrokenCopyError } from '../process/fetch-failure.ts';
import type { GitOptions } from '../process/git-process.ts';
import { streamLines, type OnFailure } from '../process/stream-lines.ts';

const fields = '--format=%H%x00%an%x00%cI%x00%s';
/** Lines that are handed to git at a time. */
const portion = 1_000;

/** Undefined when no commit has ever held the path; '' is the whole repository. */
export async function lastCommit(
  commit: string,
  path: string,
  options: GitOptions,
  onFailure: OnFailure,
): Promise<CommitDetails | undefined> {
  const args = ['--literal-pathspecs', 'log', '-1', '-z', fields, commit, '--', path === '' ? '.' : path];
  const [found] = await readDetails(args, options, onFailure);
  return found;
}

/** The same for each of the paths, files and directories; those that no commit has held are left out. */
export async function lastCommits(
  commit: string,
  paths: ReadonlySet<string>,
  options: GitOptions,
  onFailure: OnFailure,
): Promise<Map<string, CommitDetails>> {
  const answers = new Map<string, string>();
  // Which paths are looked for at which commit: each path is at one commit at a time.
  const sought = new Map([[commit, new Set(paths)]]);
  const edges = await readEdges(commit, options, onFailure);
  const changes = changesOf(edges, options, onFailure);
  let left = new Set<string>();
  for await (const [index, changed] of changes) {
    const edge = edges[index];
    if (edge === undefined) break;
    const { child, parent, last } = edge;
    // The first parent decides for all that are sought here, each further one for what differs from those before it.
    const here = edge.first ? (sought.get(child) ?? new Set<string>()) : left;
    sought.delete(child);
    left = takeAll(here, changed);
    if (parent !== undefined && here.size > 0) sought.set(parent, union(sought.get(parent), here));
    if (!last) continue;
    for (const path of left) answers.set(path, child);
    if (sought.size === 0) break;
  }
  const details = await detailsOf(new Set(answers.values()), options, onFailure);
  const found = [...answers].map(([path, sha]) => [path, details.get(sha)] as const);
  return new Map(found.filter((one): one is [string, CommitDetails] => one[1] !== undefined));
}

/** A commit and one of its parents; a commit without parents has one edge too, to nothing. */
interface Edge {
  readonly child: string;
  readonly parent: string | undefined;
  readonly first: boolean;
  readonly last: boolean;
}

/** Every commit before those it descends from, whatever its date says. */
async function readEdges(commit: string, options: GitOptions, onFailure: OnFailure): Promise<Edge[]> {
  const edges: Edge[] = [];
  const args = ['log', '--topo-order', '-z', '--format=%H %P', commit, '--'];
  for await (const lines of streamLines(args, options, onFailure)) {
    for (const line of lines.toString('latin1').split('\0').slice(0, -1)) {
      const [child = '', ...parents] = line.trim().split(' ');
      if (parents.length === 0) edges.push({ child, parent: undefined, first: true, last: true });
      for (const [at, parent] of parents.entries()) {
        edges.push({ child, parent, first: at === 0, last: at === parents.length - 1 });
      }
    }
  }
  return edges;
}

/** For each edge, in their order, the paths that differ, directories included; '' where anything does. */
async function* changesOf(
  edges: readonly Edge[],
  options: GitOptions,
  onFailure: OnFailure,
): AsyncGenerator<[index: number, changed: Set<string>], void, undefined> {
  const args = ['diff-tree', '-r', '-t', '-z', '--raw', '--no-renames', '--root', '--always', '--stdin'];
  let [index, changed] = [-1, new Set<string>()];
  let pathFollows = false;
  for await (const lines of streamLines(args, options, onFailure, edgeLines(edges))) {
    for (let at = 0; at < lines.length;) {
      const end = lines.indexOf(0, at);
      if (pathFollows) {
        changed.add('').add(decodePath(lines.subarray(at, end)).text);
        pathFollows = false;
      } else if (lines[at] === 0x3a) {
        pathFollows = true;
      } else {
        const child = lines.toString('latin1', at, end);
        if (index >= 0) yield [index, changed];
        [index, changed] = [index + 1, new Set()];
        if (edges[index]?.child !== child) throw new BrokenCopyError('git diff-tree', 'another commit');
      }
      at = end + 1;
    }
  }
  if (index >= 0) yield [index, changed];
}

function* edgeLines(edges: readonly Edge[]): Generator<string, void, undefined> {
  for (let from = 0; from < edges.length; from += portion) {
    const lines = edges.slice(from, from + portion);
    yield lines.map(({ child, parent }) => `${child}${parent === undefined ? '' : ` ${parent}`}\n`).join('');
  }
}

/** Takes out of a set what is also in the other, and returns it. */
function takeAll(from: Set<string>, other: ReadonlySet<string>): Set<string> {
  const taken = new Set<string>();
  for (const path of other) if (from.delete(path)) taken.add(path);
  return taken;
}

/** The larger one, with the other in it: nearly all paths wander through the history together, and are not copied. */
function union(one: Set<string> | undefined, other: Set<string>): Set<string> {
  if (one === undefined) return other;
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const path of small) large.add(path);
  return large;
}

async function detailsOf(
  commits: ReadonlySet<string>,
  options: GitOptions,
  onFailure: OnFailure,
): Promise<Map<string, CommitDetails>> {
  if (commits.size === 0) return new Map();
  const args = ['log', '--no-walk=unsorted', '-z', fields, '--stdin'];
  const details = await readDetails(args, options, onFailure, [...commits].join('\n'));
  return new Map(details.map((one) => [one.sha, one]));
}

async function readDetails(
  args: readonly string[],
  options: GitOptions,
  onFailure: OnFailure,
  input = '',
): Promise<CommitDetails[]> {
  const chunks: Buffer[] = [];
  for await (const lines of streamLines(args, options, onFailure, [input])) chunks.push(lines);
  const texts = Buffer.concat(chunks).toString().split('\0');
  const details: CommitDetails[] = [];
  for (let at = 0; at + 4 < texts.length; at += 4) {
    const [sha = '', author = '', time = '', subject = ''] = texts.slice(at, at + 4);
    details.push({ sha, author: shorten(author), time, subject: shorten(subject) });
  }
  return details;
}
