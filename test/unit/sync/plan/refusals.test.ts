/** What a refusal owes to whoever reads it: the znodes or files concerned, the limit, and the command that overrides it. */
import { expect, test } from 'vitest';
import type { TreeEntry } from '../../../../src/model/ports/git-repository.ts';
import { emptyContent } from '../../../../src/model/content-id.ts';
import type { Refusal, RefusalCode, Step } from '../../../../src/model/plan.ts';
import { Findings } from '../../../../src/sync/desired/findings.ts';
import { type MappingRules, placeEntry, severalFiles } from '../../../../src/sync/desired/mapping-rules.ts';
import { TreeBuilder } from '../../../../src/sync/desired/tree-builder.ts';
import type { Comparison } from '../../../../src/sync/plan/comparison.ts';
import { guard, type GuardInput } from '../../../../src/sync/plan/guard.ts';
import { overrideCommand } from '../../../../src/sync/plan/override-command.ts';
import { tooLarge } from '../../../../src/sync/plan/too-large.ts';

const paths = Array.from({ length: 23 }, (_, index) => `n${index}`);
const deletes = paths.map((path): Step => ({ action: 'delete', path, bytes: 1, version: 0, previous: '1' }));
const creates = paths.map((path): Step => ({ action: 'create', path, content: '1', bytes: 2000 }));

function guarded(comparison: Partial<Comparison>, change: Partial<GuardInput> = {}): Refusal[] {
  return guard({
    environment: {
      name: 'production',
      znode: '/env',
      branch: 'main',
      directory: 'live',
      maxDelete: { kind: 'count', count: 30 },
      prune: true,
    },
    commit: 'b'.repeat(40),
    previousCommit: 'a'.repeat(40),
    comparison: {
      steps: [],
      drift: [],
      unchanged: 1,
      strays: [],
      ephemeral: [],
      notOwned: [],
      znodes: 30,
      owned: 30,
      unmanaged: [],
      foreignChildren: [],
      ...comparison,
    },
    overrides: { allowDeletes: false, allowRewind: false, adopt: false },
    asked: { reason: 'manual' },
    directory: 'directory',
    descent: 'descends',
    overlapping: [],
    ...change,
  });
}

const rules: MappingRules = {
  layout: 'file',
  unsupported: 'refuse',
  ignores: () => false,
  pointers: new Set(),
};

function placed(entryOf: (name: string) => Pick<TreeEntry, 'type' | 'path'>): readonly Refusal[] {
  const findings = new Findings();
  for (const name of paths) placeEntry({ oid: '1', ...entryOf(name) }, rules, findings);
  return findings.problems;
}

function severalInEach(): readonly Refusal[] {
  const findings = new Findings();
  for (const name of paths) findings.refuse('several-files', severalFiles(name, 'a', 'b'));
  return findings.problems;
}

function twice(): readonly Refusal[] {
  const builder = new TreeBuilder(rules, emptyContent.sha1);
  for (const path of [...paths, ...paths]) builder.add({ type: 'file', oid: '1', path, size: 1 });
  return builder.problems;
}

interface Owed {
  readonly refusals: readonly Refusal[];
  /** How the first and the twentieth are named, and how the rest is counted. */
  readonly names: readonly string[];
  readonly limit?: string;
  /** The command, or where no command helps what else to do. */
  readonly override: string;
}

const twenty = ['/env/n0', '/env/n19', 'and 3 more'];
const eachNamed = ['n0"', 'n19"', 'and 3 more of this kind'];

/** A code that is added has to be added here. */
const owed: Readonly<Record<RefusalCode, Owed>> = {
  'directory-missing': {
    refusals: guarded({ steps: deletes, znodes: 1 }, { directory: 'missing' }),
    names: twenty,
    limit: 'at least one file',
    override: 'enclosure sync production --allow-deletes',
  },
  'directory-empty': {
    refusals: guarded({ steps: deletes, znodes: 1 }),
    names: twenty,
    limit: 'at least one file',
    override: 'enclosure sync production --allow-deletes',
  },
  'too-many-deletes': {
    refusals: guarded(
      { steps: deletes, owned: 40 },
      {
        environment: {
          name: 'production',
          znode: '/env',
          branch: 'main',
          directory: '',
          maxDelete: { kind: 'share', share: 0.2 },
          prune: true,
        },
      },
    ),
    names: ['23 of the 40', ...twenty],
    limit: 'the limit is 8 (maxDelete: 20%)',
    override: 'enclosure sync production --allow-deletes',
  },
  rewind: {
    refusals: guarded({ steps: deletes }, { descent: 'rewinds' }),
    names: ['23 znodes', ...twenty],
    limit: 'does not descend from it',
    override: 'enclosure sync production --allow-rewind',
  },
  'shared-root': {
    refusals: guarded({}, { overlapping: paths.map((name) => `${name} (/env/${name})`) }),
    names: ['/env overlaps', '23 other environments', ...twenty],
    override: "delete the other environment's state znode",
  },
  ephemeral: {
    refusals: guarded({ ephemeral: paths }),
    names: ['23 ephemeral znodes', ...twenty],
    override: 'Rename the file, or end the session',
  },
  'foreign-child': {
    refusals: guarded({ foreignChildren: paths }),
    names: ['23 foreign znodes', ...twenty],
    override: 'Remove them, or keep the directory in git',
  },
  'not-owned': {
    refusals: guarded({ notOwned: paths }),
    names: ['23 znodes', ...twenty],
    override: 'enclosure sync production --adopt',
  },
  'invalid-name': {
    refusals: placed((name) => ({ type: 'file', path: `\u0001${name}` })),
    names: ['\\u{1}n0"', '\\u{1}n19"', 'and 3 more of this kind'],
    limit: 'it contains a control character, at byte 0',
    override: 'Rename it, or name it in .enclosureignore',
  },
  'several-files': {
    refusals: severalInEach(),
    names: eachNamed,
    limit: 'its one file',
    override: 'Remove one, or name it in .enclosureignore',
  },
  collision: {
    refusals: twice(),
    names: eachNamed,
    override: 'Remove one',
  },
  unsupported: {
    refusals: placed((name) => ({ type: 'symlink', path: name })),
    names: eachNamed,
    limit: 'only regular files',
    override: 'set unsupported: skip',
  },
  'too-large': {
    refusals: tooLarge(creates, '/env', 1000),
    names: ['/env/n0', '/env/n19', 'and 3 more'],
    limit: 'has 2000 bytes; the limit for it is 992 bytes',
    override: 'Split the file',
  },
};

test.each(Object.entries(owed))(
  '%s names twenty and counts the rest, states the limit and says what overrides it',
  (code, { refusals, names, limit = '', override }) => {
    const own = refusals.filter((refusal) => refusal.code === code);
    const text = own.map(({ message }) => message).join('\n');
    expect(own.length).toBeGreaterThan(0);
    for (const name of names) expect(text).toContain(name);
    expect(text).not.toContain('n20');
    expect(text).toContain(limit);
    expect(text).toContain(override);
  },
);

test('without a znode to name, the root is named', () => {
  const [missing] = guarded({ znodes: 1, owned: 0 }, { directory: 'missing' });
  expect(missing?.message).toContain('nothing would be deployed to /env');
  const [rewind] = guarded({}, { descent: 'unknown' });
  expect(rewind?.message).toContain('no znode of /env would change');
});

test('a first deployment into a tree of somebody else is refused although it overwrites nothing', () => {
  const adoption = { equal: ['', 'a'], different: [], unmanaged: ['b'] };
  const [refusal] = guarded({ adoption, steps: creates, owned: 0 });
  expect(refusal?.code).toBe('not-owned');
  expect(refusal?.message).toContain(
    '2 znodes below /env that no deployment wrote, 1 of them not in git: /env/a, /env/b.',
  );
  expect(refusal?.message).toMatch(/To deploy there: enclosure sync production --adopt$/);
  expect(guarded({ adoption, owned: 0 })).toEqual([]);
});

test.each([
  [{ reason: 'push' }, 'adopt', 'enclosure sync production --adopt'],
  [
    { reason: 'manual', commit: 'abcd', full: true, allowRewind: true },
    'allowDeletes',
    'enclosure sync production --commit abcd --full --allow-rewind --allow-deletes',
  ],
  [
    { reason: 'manual', adopt: true, allowDeletes: true },
    'allowRewind',
    'enclosure sync production --allow-rewind --allow-deletes --adopt',
  ],
  [
    { reason: 'rollback', commit: 'abcd', allowRewind: true },
    'allowDeletes',
    'enclosure rollback production --to abcd --allow-deletes',
  ],
] as const)('after %o the command that overrides with %s is %s', (asked, flag, command) => {
  expect(overrideCommand('production', asked, flag)).toBe(command);
});
