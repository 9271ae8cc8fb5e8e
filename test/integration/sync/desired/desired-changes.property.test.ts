import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRepository } from '../../../../src/git/open-repository.ts';
import type { DesiredTree } from '../../../../src/model/desired-tree.ts';
import type { GitRepository } from '../../../../src/model/ports/git-repository.ts';
import type { Mapping } from '../../../../src/model/state.ts';
import { desiredChanges } from '../../../../src/sync/desired/desired-changes.ts';
import { desiredTree } from '../../../../src/sync/desired/desired-tree.ts';
import { createGitFixture, type FixtureFile, type GitFixture } from '../../../../harness/git-fixture.ts';

const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

let fixture: GitFixture;
let repository: GitRepository;
let cache: string;

beforeAll(async () => {
  fixture = await createGitFixture();
  cache = await mkdtemp(join(tmpdir(), 'enclosure-cache-'));
  repository = await openRepository({
    url: fixture.url,
    cacheDirectory: cache,
    allowLocal: true,
    baseEnv: { PATH: process.env['PATH'] },
  });
});

afterAll(async () => {
  await repository.close();
  await fixture.remove();
  await rm(cache, { recursive: true, force: true });
});

// Few names and few contents, so that the two trees meet in every way: the same, renamed, a file become a directory.
const segment = fc.constantFrom('a', 'b', 'Ä', 'x.txt');
const leaf = fc.constantFrom('a', 'b', 'Ä', 'x.txt', '.znode', '.znode', '.gitkeep', '.gitignore');
const filePath = fc
  .tuple(fc.array(segment, { maxLength: 3 }), leaf)
  .map(([directories, name]) => [...directories, name].join('/'));
const content = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom<FixtureFile>('', 'one', 'two', 'three') },
  { weight: 1, arbitrary: fc.constantFrom<FixtureFile>(pointer, 'p'.repeat(130)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<FixtureFile>(
      { symlink: 'a' },
      { executable: 'one' },
      { submodule: '1'.repeat(40) },
    ),
  },
);
const files = fc.array(fc.tuple(filePath, content), { maxLength: 8 });
const scenario = fc.record({
  shared: files,
  before: files,
  after: files,
  ignored: fc.constantFrom('', '', 'b/\n', '*.txt\n!a/x.txt\n', 'a/a\n.znode\n'),
  layout: fc.constantFrom('file' as const, 'directory' as const),
  unsupported: fc.constantFrom('skip' as const, 'skip' as const, 'refuse' as const),
});

test(
  'the changes told by the difference are those between the two whole trees',
  { timeout: 300_000 },
  async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async ({ shared, before, after, ignored, layout, unsupported }) => {
        const mapping: Mapping = { directory: 'env', layout, unsupported };
        const commits: string[] = [];
        for (const own of [before, after]) {
          const all = {
            ...Object.fromEntries([...shared, ...own]),
            ...(ignored === '' ? {} : { '.enclosureignore': ignored }),
          };
          fixture.commit(
            Object.fromEntries(Object.entries(all).map(([name, file]) => [`env/${name}`, file])),
          );
          commits.push(await repository.fetchBranch('main'));
        }
        const [first = '', second = ''] = commits;
        const trees = [
          await desiredTree(repository, { commit: first, mapping }),
          await desiredTree(repository, { commit: second, mapping }),
        ] as const;
        const changes = await desiredChanges(repository, { before: first, after: second, mapping });
        const [wrongBefore, wrongAfter] = trees.map(
          ({ found, problems }) => found === 'missing' || problems.length > 0,
        );
        // What is wrong on one side only is in the difference, which must not tell then.
        if (wrongBefore !== wrongAfter) expect(changes).toBeUndefined();
        if (wrongBefore === true || wrongAfter === true) return;
        expect(changes, 'both trees are whole, so the difference tells').toBeDefined();
        expect(Object.fromEntries(changes?.changes ?? [])).toEqual(
          differenceOf(trees[0].tree, trees[1].tree),
        );
        for (const change of changes?.changes.keys() ?? []) expect(change.startsWith('/')).toBe(false);
        compared += 1;
      }),
      { numRuns: Number(process.env['ENCLOSURE_TEST_RUNS'] ?? 150) },
    );
    // A generator that makes only unusable trees would prove nothing.
    expect(compared).toBeGreaterThan(30);
  },
);

function differenceOf(before: DesiredTree, after: DesiredTree): Record<string, unknown> {
  const difference: Record<string, unknown> = {};
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was?.content === is?.content) continue;
    difference[path] = { ...(was && { before: was }), ...(is && { after: is }) };
  }
  return difference;
}
