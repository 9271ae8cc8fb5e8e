/**
 * Bare, packed repositories to measure on, the same each time. `main` begins at a commit with all files; after it comes a
 * chain of commits that change one file each. A commit that changes 100 is made when it is asked for, from where `main` is.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { data, fastImport } from './fast-import.ts';

export interface BenchRepository {
  readonly url: string;
  readonly directory: string;
  /** Where `main` is. */
  readonly head: string;
  /** How many commits that change one file are left. */
  readonly left: number;
  /** Moves `main` to the first commit. */
  reset(): Promise<void>;
  /** Moves `main` on to a commit that changes one file, another one each time. */
  changeOneFile(): Promise<void>;
  /** Moves `main` on to a commit that changes 100 files; from there it only goes on to another of these, or to the first. */
  changeHundredFiles(): Promise<void>;
}

/** Enough for the repetitions of disturbed measurements, which each take a commit of their own. */
const ones = 60;
const hundred = 100;
const filesPerDirectory = 20;

/** @param sizes of the files in bytes, 20 of them in a directory */
export async function makeRepository(directory: string, sizes: readonly number[]): Promise<BenchRepository> {
  const run = promisify(execFile);
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', directory, ...args])).stdout.trim();
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  await fastImport(directory, filesAndOnes(sizes));
  await git('repack', '-a', '-d', '--quiet');
  const first = await git('rev-parse', 'refs/heads/first');
  const chain = (await git('rev-list', '--reverse', 'first..ones')).split('\n');
  let [at, hundreds] = [0, 0];
  let head = first;
  const move = async (to: string | undefined): Promise<void> => {
    if (to === undefined) throw new Error(`${directory} has no more commits to move on to`);
    await git('update-ref', 'refs/heads/main', to);
    head = to;
  };
  await move(first);
  return {
    url: `file://${directory}`,
    directory,
    get head() {
      return head;
    },
    get left() {
      return chain.length - at;
    },
    async reset() {
      at = 0;
      await move(first);
    },
    async changeOneFile() {
      await move(chain[at]);
      at += 1;
    },
    async changeHundredFiles() {
      hundreds += 1;
      await fastImport(directory, changeOfHundred(sizes, head, hundreds));
      await move(await git('rev-parse', 'refs/heads/hundreds'));
    },
  };
}

function* filesAndOnes(sizes: readonly number[]): Generator<string> {
  yield commit('first', 0);
  for (const [index, size] of sizes.entries()) {
    yield `M 100644 inline ${pathOf(index)}\n${data(contents(index, '0', size))}`;
  }
  yield 'reset refs/heads/ones\nfrom refs/heads/first\n\n';
  for (let one = 1; one <= ones; one += 1) {
    yield commit('ones', one);
    yield change((one * 31) % sizes.length, String(one), sizes);
  }
}

/** @param count of these so far, so that each changes the files to something new */
function* changeOfHundred(sizes: readonly number[], head: string, count: number): Generator<string> {
  yield `${commit('hundreds', ones + count)}from ${head}\n`;
  const stride = Math.max(1, Math.floor(sizes.length / hundred));
  for (let file = 0; file < Math.min(sizes.length, hundred); file += 1) {
    yield change(file * stride, `${count}.${hundred}`, sizes);
  }
}

/** Without a parent it follows on its branch. */
function commit(branch: string, number: number): string {
  const committer = `committer Bench <bench@example.org> ${1_700_000_000 + number} +0000`;
  return `commit refs/heads/${branch}\n${committer}\n${data(`commit ${number}`)}`;
}

function change(index: number, text: string, sizes: readonly number[]): string {
  return `M 100644 inline ${pathOf(index)}\n${data(contents(index, text, sizes[index] ?? 0))}`;
}

function pathOf(index: number): string {
  const directory = String(Math.floor(index / filesPerDirectory)).padStart(5, '0');
  return `d${directory}/f${index % filesPerDirectory}.txt`;
}

/** Of exactly this size. What makes it another stands first: the smallest files have 16 bytes. */
function contents(index: number, text: string, size: number): string {
  return `${text} ${index} `.padEnd(size, String(index * 7919 + 1)).slice(0, size);
}
