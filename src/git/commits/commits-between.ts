/** Questions about history, each one git process. */
import { throwIfAborted } from '../../base/enclosure-error.ts';
import type { CommitSummary } from '../../model/deployment-record.ts';
import { endedBy } from '../process/fetch-failure.ts';
import { type GitOptions, runGit } from '../process/git-process.ts';
import type { OnFailure } from '../process/stream-lines.ts';

/** A subject line is for reading; state in ZooKeeper is small. */
const textLimit = 200;

export async function isAncestor(
  ancestor: string,
  commit: string,
  options: GitOptions,
  onFailure: OnFailure,
): Promise<boolean> {
  const { exit } = await runGit(['merge-base', '--is-ancestor', ancestor, commit], options);
  if (exit.code === 0) return true;
  if (exit.code === 1) return false;
  throw endedBy(options.signal, () => onFailure(exit));
}

/** Whether a ref of ours leads to the commit, so that all of it is there: refs are set to what is whole. */
export async function isReachable(commit: string, options: GitOptions): Promise<boolean> {
  const refs = ['for-each-ref', '--count=1', '--format=%(objectname)', `--contains=${commit}`];
  const { stdout, exit } = await runGit(
    [...refs, 'refs/enclosure/heads/', 'refs/enclosure/commits/'],
    options,
  );
  throwIfAborted(options.signal);
  // It fails where there is no such commit.
  return exit.code === 0 && stdout.length > 0;
}

export async function commitsBetween(
  from: string | null,
  to: string,
  limit: number,
  options: GitOptions,
  onFailure: OnFailure,
): Promise<{ readonly commits: CommitSummary[]; readonly cut: number }> {
  const range = from === null ? [to] : [to, `^${from}`];
  const log = ['log', '-z', '--format=%H%x00%an%x00%s', `--max-count=${limit + 1}`, ...range, '--'];
  const commits = parseLog((await output(log, options, onFailure)).toString());
  if (commits.length <= limit) return { commits, cut: 0 };
  const count = await output(['rev-list', '--count', ...range, '--'], options, onFailure);
  return { commits: commits.slice(0, limit), cut: Number(count.toString()) - limit };
}

/** Three fields a commit, all of them NUL-terminated. */
function parseLog(text: string): CommitSummary[] {
  const fields = text.split('\0');
  const commits: CommitSummary[] = [];
  for (let index = 0; index + 2 < fields.length; index += 3) {
    const [sha = '', author = '', subject = ''] = fields.slice(index, index + 3);
    commits.push({ sha, author: shorten(author), subject: shorten(subject) });
  }
  return commits;
}

/** On one line, without control characters, and not longer than a person reads. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length <= textLimit ? line : `${line.slice(0, textLimit - 1).replace(/\p{Cs}$/u, '')}…`;
}

async function output(args: readonly string[], options: GitOptions, onFailure: OnFailure): Promise<Buffer> {
  const { stdout, exit } = await runGit(args, options);
  if (exit.code !== 0) throw endedBy(options.signal, () => onFailure(exit));
  return stdout;
}
