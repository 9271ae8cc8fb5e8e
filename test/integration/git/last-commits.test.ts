/** Which commit last set a path: one by one and many at once, against `git log -1`, on histories full of merges. */
import { expect, test } from 'vitest';
import { openFixtureRepository, type OpenedRepository } from '../../../harness/opened-repository.ts';
import { seededRandom } from '../../../harness/seeded-random.ts';

function asGitSays({ git }: OpenedRepository, commit: string, path: string): string {
  return git.git(['--literal-pathspecs', 'log', '-1', '--format=%H', commit, '--', path === '' ? '.' : path]);
}

/** Every file and directory of a commit, and the root. */
function pathsOf({ git }: OpenedRepository, commit: string): string[] {
  return ['', ...git.git(['ls-tree', '-r', '-t', '-z', '--name-only', commit]).split('\0').filter(Boolean)];
}

/** Commits and merges at random: branches that change the same files, take each other's, undo, delete and make again. */
function growHistory({ git }: OpenedRepository, seed: number): void {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const names = ['a', 'b', 'd/a', 'd/b', 'd/e/f', 'd/e/.znode', 'g/h'];
  let heads: string[] = [git.commit({ a: '0', 'd/a': '0', 'g/h': '0' })];
  for (let made = 0; made < 40; made += 1) {
    const parent = pick(heads);
    const other = pick(heads);
    git.git(['update-ref', 'refs/heads/work', parent]);
    const content = random() < 0.2 ? null : String(Math.floor(random() * 3));
    const commit = git.commit({ [pick(names)]: content }, { branch: 'work', patch: true });
    // A merge takes the tree of one side, of the other, or one that neither has.
    const tree = git.git(['rev-parse', `${pick([parent, other, commit])}^{tree}`]);
    const merge = git.git(['commit-tree', '-m', 'merge', '-p', commit, '-p', other, tree]);
    heads = [...heads.slice(-3), pick([commit, merge])];
  }
  const [first = '', second = '', ...more] = heads;
  const tree = git.git(['rev-parse', `${second}^{tree}`]);
  const parents = [first, second, ...more].flatMap((head) => ['-p', head]);
  git.git(['update-ref', 'refs/heads/main', git.git(['commit-tree', '-m', 'all', ...parents, tree])]);
}

test.each([1, 2])(
  'many paths at once are what git log -1 says of each, merges included (%i)',
  async (seed) => {
    const opened = await openFixtureRepository();
    growHistory(opened, seed);
    const head = await opened.fetch();
    const merges = Number(opened.git.git(['rev-list', '--count', '--merges', head]));
    expect(merges).toBeGreaterThan(5);
    const paths = pathsOf(opened, head);
    const expected = new Map(paths.map((path) => [path, asGitSays(opened, head, path)]));
    const found = await opened.repository.lastCommits(head, new Set(paths));
    expect(new Map([...found].map(([path, { sha }]) => [path, sha]))).toEqual(expected);
    // Alone, a path must not be given up where its siblings would have kept the walk going.
    for (const path of paths) {
      const [one] = (await opened.repository.lastCommits(head, new Set([path]))).values();
      expect(one?.sha, path).toBe(expected.get(path));
      expect((await opened.repository.lastCommit(head, path))?.sha, path).toBe(expected.get(path));
    }
  },
);

test('one path is the same, with author, time and subject', async () => {
  const opened = await openFixtureRepository();
  const first = opened.git.commit({ 'd/a': '1', '*': 'star' }, { author: 'alice', message: 'Begin\n\nbody' });
  opened.git.commit({ 'd/b': '2' }, { author: 'bob', message: 'Go on', patch: true });
  const head = await opened.fetch();
  const expected = { sha: first, author: 'alice', subject: 'Begin', time: '2023-11-14T22:13:21+00:00' };
  expect(await opened.repository.lastCommit(head, 'd/a')).toEqual(expected);
  expect((await opened.repository.lastCommits(head, new Set(['d/a']))).get('d/a')).toEqual(expected);
  expect(await opened.repository.lastCommit(head, 'd')).toMatchObject({ sha: head, author: 'bob' });
  expect(await opened.repository.lastCommit(head, '')).toMatchObject({ sha: head });
  // A name is a name: git would take it for a pattern that matches everything.
  expect(await opened.repository.lastCommit(head, '*')).toMatchObject({ sha: first });
});

test('a path that no commit has held has no commit', async () => {
  const opened = await openFixtureRepository();
  opened.git.commit({ a: '1' });
  const head = await opened.fetch();
  expect(await opened.repository.lastCommit(head, 'nowhere')).toBeUndefined();
  expect(await opened.repository.lastCommits(head, new Set(['nowhere']))).toEqual(new Map());
  await expect(opened.repository.lastCommit('0'.repeat(40), 'a')).rejects.toMatchObject({
    code: 'commit-missing',
  });
});

test('a commit that is dated before its parent does not lead astray', async () => {
  const opened = await openFixtureRepository();
  const first = opened.git.commit({ a: '1', b: '1' });
  const tree = opened.git.git(['rev-parse', `${first}^{tree}`]);
  const late = opened.git.commit({ a: '2' }, { patch: true });
  const raw = opened.git.git(['cat-file', 'commit', late]).replaceAll(/> \d+/g, '> 1000000000').concat('\n');
  const early = opened.git.git(['hash-object', '-t', 'commit', '-w', '--stdin'], raw);
  const side = opened.git.git(['commit-tree', '-m', 'side', '-p', first, tree]);
  const merged = opened.git.git(['rev-parse', `${early}^{tree}`]);
  opened.git.git([
    'update-ref',
    'refs/heads/main',
    opened.git.git(['commit-tree', '-m', 'merge', '-p', side, '-p', early, merged]),
  ]);
  const head = await opened.fetch();
  const found = await opened.repository.lastCommits(head, new Set(['a', 'b']));
  expect([found.get('a')?.sha, found.get('b')?.sha]).toEqual([early, first]);
});

test('a blob is found by its id, and one that was never committed is not', async () => {
  const opened = await openFixtureRepository();
  opened.git.commit({ a: 'text' });
  const head = await opened.fetch();
  const oid = opened.git.git(['rev-parse', `${head}:a`]);
  expect((await opened.repository.readContent(oid))?.toString()).toBe('text');
  expect(await opened.repository.readContent('1'.repeat(40))).toBeUndefined();
  expect(await opened.repository.readContent(head)).toBeUndefined();
});
