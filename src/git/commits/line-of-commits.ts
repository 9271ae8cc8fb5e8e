/**
 * The commits of a push, read one by one through the process that stays: starting `git log` takes longer. Only a line of
 * commits with one parent each; what a merge brings is git's to find out.
 */
import type { CommitSummary } from '../../model/deployment-record.ts';
import type { Cancellable } from '../../model/ports/git-repository.ts';
import type { ObjectReader } from '../objects/object-reader.ts';
import { commitLinks } from '../trees/look-up-commit.ts';
import { shorten } from './commits-between.ts';

/** Commits that are read in the hope that the line ends. */
const maxSteps = 20;

/** Newest first, from `to` back to `from`, which is not in it; undefined where that takes more than a look. */
export async function lineOfCommits(
  objects: ObjectReader,
  from: string,
  to: string,
  options: Cancellable,
): Promise<CommitSummary[] | undefined> {
  const commits: CommitSummary[] = [];
  for (let sha = to; sha !== from;) {
    if (commits.length === maxSteps) return undefined;
    const [answer] = await objects.ask([sha], options);
    const commit =
      answer?.id === undefined || answer.type !== 'commit' ? undefined : parseCommit(answer.data);
    if (commit === undefined) return undefined;
    commits.push({ sha, author: shorten(commit.author), subject: shorten(commit.subject) });
    sha = commit.parent;
  }
  return commits;
}

interface ParsedCommit {
  readonly parent: string;
  readonly author: string;
  readonly subject: string;
}

/**
 * Author and subject as `git log` prints them with `%an` and `%s`. Undefined for what is not plain: no parent or several,
 * another encoding, an author without the usual form.
 */
export function parseCommit(data: Buffer | undefined): ParsedCommit | undefined {
  const text = data?.toString() ?? '';
  const end = text.indexOf('\n\n');
  const header = end === -1 ? '' : text.slice(0, end + 1);
  const [parent, ...others] = commitLinks(header)?.parents ?? [];
  const author = /^author ([^\n<>]*[^\n<> ]) <[^\n<>]*> \d+ [+-]\d{4}$/m.exec(header)?.[1];
  if (parent === undefined || others.length > 0 || author === undefined) return undefined;
  // Git trims some punctuation off a name, and lets other encodings be: both are left to it.
  if (/^encoding /m.test(header) || !/^[\p{L}\p{N}].*[\p{L}\p{N})]$|^[\p{L}\p{N}]$/u.test(author))
    return undefined;
  return { parent, author, subject: subjectOf(text.slice(end + 2)) };
}

/** The first paragraph on one line. */
function subjectOf(message: string): string {
  const lines = message.split('\n').map((line) => line.replace(/[ \t\r\v\f]+$/, ''));
  const first = lines.findIndex((line) => line !== '');
  if (first === -1) return '';
  const after = lines.indexOf('', first);
  return lines.slice(first, after === -1 ? undefined : after).join(' ');
}
