/** A bare repository whose commits are listed file by file: a million files are streamed to git and never held. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { data, fastImport } from '../fast-import.ts';

export type File = readonly [path: string, content: string];

export interface ScaleRepository {
  readonly url: string;
  /** How many commits there are. */
  readonly commits: number;
  /** Moves `main` to one of them, 0 is the first. */
  moveTo(commit: number): Promise<void>;
}

/** @param commits the files that each commit adds or changes; `main` is at the first then */
export async function importRepository(
  directory: string,
  commits: readonly Iterable<File>[],
): Promise<ScaleRepository> {
  const run = promisify(execFile);
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  await fastImport(directory, importStream(commits));
  await run('git', ['-C', directory, 'repack', '-a', '-d', '--quiet']);
  const moveTo = async (commit: number): Promise<void> => {
    await run('git', ['-C', directory, 'update-ref', 'refs/heads/main', `refs/commits/${commit}`]);
  };
  await moveTo(0);
  return { url: `file://${directory}`, commits: commits.length, moveTo };
}

function* importStream(commits: readonly Iterable<File>[]): Generator<string> {
  for (const [index, files] of commits.entries()) {
    const committer = `committer Bench <bench@example.org> ${1_700_000_000 + index} +0000`;
    const from = index === 0 ? '' : `from :${index}\n`;
    yield `commit refs/commits/${index}\nmark :${index + 1}\n${committer}\n${data(`commit ${index}`)}${from}`;
    for (const [path, content] of files) yield `M 100644 inline ${path}\n${data(content)}`;
  }
}
