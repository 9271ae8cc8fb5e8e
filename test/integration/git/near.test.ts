/** What is read commit by commit and tree by tree must be what git's own commands say. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GitRepository, TreeDifference } from '../../../src/model/ports/git-repository.ts';
import { parseCommit } from '../../../src/git/commits/line-of-commits.ts';
import type { FixtureFile, GitFixture } from '../../../harness/git-fixture.ts';
import { openFixtureRepository } from '../../../harness/opened-repository.ts';

const sideOf = (mode: string, oid: string, path: string): string | undefined =>
  mode === '000000' ? undefined : `${mode === '040000' ? 'directory' : oid} ${path}`;

/** Each difference as a text; those of the mode alone left out. */
function differencesOf(git: GitFixture, before: string, after: string): string[] {
  const fields = git.git(['diff-tree', '-r', '-t', '-z', '--raw', '--no-renames', before, after]).split('\0');
  const found: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [one = '', other = '', oldOid = '', newOid = ''] = (fields[at] ?? '').slice(1).split(' ');
    const path = fields[at + 1] ?? '';
    if (oldOid === newOid && one.slice(0, 2) === other.slice(0, 2)) continue;
    found.push(`${sideOf(one, oldOid, path)} -> ${sideOf(other, newOid, path)}`);
  }
  return found.toSorted();
}

async function differencesFound(repository: GitRepository, before: string, after: string): Promise<string[]> {
  const found: string[] = [];
  const side = (entry: TreeDifference['before']): string | undefined =>
    entry && `${entry.type === 'directory' ? 'directory' : entry.oid} ${entry.path}`;
  for await (const differences of repository.diffTrees(before, after)) {
    for (const difference of differences)
      found.push(`${side(difference.before)} -> ${side(difference.after)}`);
  }
  return found.toSorted();
}

const names = fc.constantFrom('a', 'b', 'a-b', 'ä', 'f.txt', 'with space');
const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
const files = fc.dictionary(
  paths,
  fc.oneof(
    fc.constantFrom('', '1', '2'),
    fc.record({ symlink: fc.constantFrom('a', 'b') }),
    fc.record({ executable: fc.constantFrom('1', '2') }),
  ),
  { maxKeys: 12 },
);

/** Without those below another file. */
function possible(tree: Readonly<Record<string, FixtureFile>>): Record<string, FixtureFile> {
  const taken = Object.keys(tree);
  const isBelow = (path: string): boolean => taken.some((other) => path.startsWith(`${other}/`));
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !isBelow(path)));
}

test('two trees differ in what git diff-tree says, whatever they hold', async () => {
  const { git, repository } = await openFixtureRepository();
  await fc.assert(
    fc.asyncProperty(files, files, async (one, other) => {
      const [before, after] = [git.commit(possible(one)), git.commit(possible(other))];
      const head = await repository.fetchBranch('main');
      expect(head).toBe(after);
      const trees = [await repository.treeAt(before, ''), await repository.treeAt(after, '')];
      const [old = '', now = ''] = trees;
      expect(await differencesFound(repository, old, now)).toEqual(differencesOf(git, old, now));
    }),
    { numRuns: 60 },
  );
});

test('many directories that differ are left to git, and give the same', async () => {
  const { git, repository } = await openFixtureRepository();
  const wide = (text: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`d${index}/f`, text]));
  const [before, after] = [git.commit(wide('1')), git.commit(wide('2'))];
  await repository.fetchBranch('main');
  const [old = '', now = ''] = [await repository.treeAt(before, ''), await repository.treeAt(after, '')];
  const found = await differencesFound(repository, old, now);
  expect(found).toHaveLength(200);
  expect(found).toEqual(differencesOf(git, old, now));
});

const people = fc.constantFrom('A', 'Ann Lee', 'Ä. Ö', '.dot.', 'x"y', 'Bot[bot]', 'a,b', "O'Neil", '王');
const messages = fc
  .array(fc.constantFrom('word', ' ', '\n', '\n\n', '\t', '.', 'ä', ' x\n', '王', '\r\n'), { maxLength: 12 })
  .map((parts) => parts.join(''));

test('author and subject of a line of commits are those of git log', async () => {
  const { git, repository } = await openFixtureRepository();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ author: people, message: messages }), { minLength: 1, maxLength: 4 }),
      async (line) => {
        const from = git.commit({ start: '' });
        const shas = line.map(({ author, message }, index) =>
          git.commit({ start: `${index}` }, { author, message }),
        );
        await repository.fetchBranch('main');
        const { commits, cut } = await repository.commitsBetween(from, shas.at(-1) ?? '', 50);
        const log = git.git(['log', '-z', '--format=%H%x00%an%x00%s', `${from}..main`]).split('\0');
        expect(cut).toBe(0);
        const shown = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');
        expect(commits.map(({ sha, author, subject }) => [sha, author, subject])).toEqual(
          shas
            .toReversed()
            .map((sha, index) => [sha, shown(log[index * 3 + 1] ?? ''), shown(log[index * 3 + 2] ?? '')]),
        );
      },
    ),
    { numRuns: 30 },
  );
});

test('what is no plain commit is left to git', () => {
  const commit = (header: string): Buffer => Buffer.from(`${header}\n\nsubject\n`);
  const tree = `tree ${'a'.repeat(40)}`;
  const parent = `parent ${'b'.repeat(40)}`;
  const author = 'author Ann <a@example.org> 1700000000 +0000';
  const committer = 'committer Ann <a@example.org> 1700000000 +0000';
  expect(parseCommit(commit([tree, parent, author, committer].join('\n')))).toEqual({
    parent: 'b'.repeat(40),
    author: 'Ann',
    subject: 'subject',
  });
  const others = [
    [tree, author, committer],
    [tree, parent, parent, author, committer],
    [tree, parent, author, committer, 'encoding ISO-8859-1'],
    [tree, parent, 'author .Ann. <a@example.org> 1700000000 +0000', committer],
    [tree, parent, 'author <a@example.org> 1700000000 +0000', committer],
  ];
  for (const lines of others) expect(parseCommit(commit(lines.join('\n')))).toBeUndefined();
  expect(parseCommit(undefined)).toBeUndefined();
});
