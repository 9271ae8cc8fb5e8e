import { execFileSync } from 'node:child_process';

export interface BenchRepository {
  readonly url: string;
  /** Moves the branch to the first commit. */
  reset(): void;
  /** Moves the branch to a commit that differs from the first in one file. */
  changeOneFile(): void;
}

/** A bare, packed repository with files of 200 bytes, 20 in a directory. */
export async function makeRepository(directory: string, files: number): Promise<BenchRepository> {
  const git = (args: readonly string[], input?: string): string =>
    execFileSync('git', ['-C', directory, ...args], {
      ...(input !== undefined && { input }),
      maxBuffer: 2 ** 30,
    })
      .toString()
      .trim();
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  git(['fast-import', '--quiet'], importStream(files));
  git(['repack', '-a', '-d', '--quiet']);
  const [first, second] = [git(['rev-parse', 'main~1']), git(['rev-parse', 'main'])];
  const move = (commit: string): string => git(['update-ref', 'refs/heads/main', commit]);
  return {
    url: `file://${directory}`,
    reset: () => void move(first),
    changeOneFile: () => void move(second),
  };
}

function importStream(files: number): string {
  const parts = [commitLines('first', 1)];
  for (let index = 0; index < files; index += 1) {
    const directory = String(Math.floor(index / 20)).padStart(5, '0');
    parts.push(
      `M 100644 inline d${directory}/f${index % 20}.txt\n`,
      data(`${index} `.padEnd(200, String(index * 7919))),
    );
  }
  parts.push(commitLines('second', 2), 'M 100644 inline d00003/f3.txt\n', data('changed'));
  return parts.join('');
}

function commitLines(message: string, time: number): string {
  return `commit refs/heads/main\ncommitter Bench <bench@example.org> ${1_700_000_000 + time} +0000\n${data(message)}`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
