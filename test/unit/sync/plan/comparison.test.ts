import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DesiredTree, DesiredZnode } from '../../../../src/model/desired-tree.ts';
import type { LiveTree, LiveZnode } from '../../../../src/model/live-tree.ts';
import {
  compareFast,
  compareFull,
  type FullInput,
  suspectParents,
} from '../../../../src/sync/plan/comparison.ts';

const policy = { prune: true, drift: 'repair', settled: true } as const;
const want = (content: string): DesiredZnode => ({ content, size: content.length });
const have = (content: string, more: Partial<LiveZnode> = {}): LiveZnode => ({
  content,
  size: content.length,
  version: 7,
  children: 0,
  ephemeral: false,
  ...more,
});
const desired = (entries: Record<string, string>): DesiredTree =>
  new Map(Object.entries({ '': '', ...entries }).map(([path, content]) => [path, want(content)]));
const live = (entries: Record<string, string | LiveZnode>): LiveTree =>
  new Map(
    Object.entries({ '': '', ...entries }).map(([path, node]) => [
      path,
      typeof node === 'string' ? have(node) : node,
    ]),
  );
const full = (input: Partial<FullInput> & Pick<FullInput, 'desired'>) =>
  compareFull({
    live: undefined,
    recorded: undefined,
    halfWritten: undefined,
    ownershipKnown: true,
    policy,
    ...input,
  });
const actions = (steps: readonly { action: string; path: string }[]): string[] =>
  steps.map(({ action, path }) => `${action} ${path}`);

describe('compareFull', () => {
  test('creates everything, parents first, where there is no root znode', () => {
    const { steps, unchanged } = full({ desired: desired({ a: '', 'a/b': '1', c: '2' }) });
    expect(actions(steps)).toEqual(['create ', 'create a', 'create a/b', 'create c']);
    expect(unchanged).toBe(0);
  });

  test('writes nothing where everything is equal', () => {
    const tree = desired({ a: '1' });
    expect(full({ desired: tree, live: live({ a: '1' }), recorded: tree })).toMatchObject({
      steps: [],
      unchanged: 2,
      drift: [],
    });
  });

  test('an update and a delete carry the version that was compared', () => {
    const { steps } = full({
      desired: desired({ a: '2' }),
      recorded: desired({ a: '1', b: '1' }),
      live: live({ a: have('1', { version: 3 }), b: have('1', { version: 4 }) }),
    });
    expect(steps).toEqual([
      { action: 'update', path: 'a', content: '2', bytes: 1, version: 3, previous: '1' },
      { action: 'delete', path: 'b', bytes: 1, version: 4, previous: '1' },
    ]);
  });

  test('F28: a directory that becomes a file is updated and loses its children; the reverse gains them', () => {
    const before = desired({ x: '', 'x/a': '1', y: '9' });
    const after = desired({ x: '5', y: '', 'y/b': '2' });
    const { steps } = full({
      desired: after,
      recorded: before,
      live: live({ x: have('', { children: 1 }), 'x/a': '1', y: '9' }),
    });
    expect(actions(steps)).toEqual(['update x', 'update y', 'create y/b', 'delete x/a']);
  });

  test('deletes children before their parents', () => {
    const { steps } = full({
      desired: desired({ z: '1' }),
      recorded: desired({ a: '', 'a/b': '', 'a/b/c': '1', 'a-': '1', z: '1' }),
      live: live({ a: '', 'a/b': '', 'a/b/c': '1', 'a-': '1', z: '1' }),
    });
    expect(actions(steps)).toEqual(['delete a/b/c', 'delete a/b', 'delete a-', 'delete a']);
  });

  test('foreign znodes are listed as unmanaged and left alone', () => {
    const tree = desired({ a: '1' });
    const comparison = full({
      desired: tree,
      recorded: tree,
      live: live({ a: '1', foreign: '1', 'foreign/x': '2' }),
    });
    expect(comparison).toMatchObject({ steps: [], unmanaged: ['foreign', 'foreign/x'], strays: [] });
  });

  test('F26: an ephemeral znode at a desired path is a collision and never a step', () => {
    const { steps, ephemeral } = full({
      desired: desired({ a: '1' }),
      live: live({ a: have('2', { ephemeral: true }) }),
    });
    expect(steps).toEqual([]);
    expect(ephemeral).toEqual(['a']);
  });

  test('an ephemeral znode where ours was is not deleted', () => {
    const comparison = full({
      desired: desired({ b: '1' }),
      recorded: desired({ a: '1', b: '1' }),
      live: live({ a: have('2', { ephemeral: true }), b: '1' }),
    });
    expect(comparison.steps).toEqual([]);
  });

  test('a foreign child below a znode that is to go is named', () => {
    const { foreignChildren } = full({
      desired: desired({ b: '1' }),
      recorded: desired({ a: '', 'a/x': '1', b: '1' }),
      live: live({ a: '', 'a/x': '1', 'a/foreign': '1', b: '1' }),
    });
    expect(foreignChildren).toEqual(['a/foreign']);
  });

  test('a znode with other data that we never wrote is named', () => {
    expect(full({ desired: desired({ a: '1' }), live: live({ a: '2' }) }).notOwned).toEqual(['a']);
  });

  test('what a run that died half-way was writing is ours', () => {
    const comparison = full({
      desired: desired({ a: '1' }),
      recorded: desired({ a: '1' }),
      halfWritten: desired({ a: '2', b: '2' }),
      live: live({ a: '2', b: '2' }),
      policy: { ...policy, settled: false },
    });
    expect(actions(comparison.steps)).toEqual(['update a', 'delete b']);
    expect(comparison).toMatchObject({ notOwned: [], drift: [], owned: 3 });
  });

  test('where git no longer has the applied commit nothing is pruned and the strays are listed', () => {
    const comparison = full({
      desired: desired({ a: '1' }),
      live: live({ a: '0', old: '1' }),
      ownershipKnown: false,
    });
    expect(actions(comparison.steps)).toEqual(['update a']);
    expect(comparison).toMatchObject({ strays: ['old'], unmanaged: [], notOwned: [] });
  });

  test('without pruning, what is no longer desired is a stray', () => {
    const comparison = full({
      desired: desired({}),
      recorded: desired({ a: '1' }),
      live: live({ a: '1' }),
      policy: { ...policy, prune: false },
    });
    expect(comparison).toMatchObject({ steps: [], strays: ['a'] });
  });

  describe('drift', () => {
    const tree = desired({ a: '1', b: '1', d: '', 'd/x': '1' });
    const edited = live({ a: '2' });

    test('is repaired where the environment says so', () => {
      const { steps, drift } = full({ desired: tree, recorded: tree, live: edited });
      expect(actions(steps)).toEqual(['update a', 'create b', 'create d', 'create d/x']);
      expect(drift).toEqual([
        { path: 'a', kind: 'changed' },
        { path: 'b', kind: 'missing' },
        { path: 'd', kind: 'missing' },
        { path: 'd/x', kind: 'missing' },
      ]);
    });

    test('is only reported where the environment says so', () => {
      const { steps, drift } = full({
        desired: tree,
        recorded: tree,
        live: edited,
        policy: { ...policy, drift: 'report' },
      });
      expect(steps).toEqual([]);
      expect(drift).toHaveLength(4);
    });

    test('a missing parent is made after all when git changes something below it', () => {
      const { steps } = full({
        desired: desired({ a: '1', b: '1', d: '', 'd/x': '2' }),
        recorded: tree,
        live: edited,
        policy: { ...policy, drift: 'report' },
      });
      expect(actions(steps)).toEqual(['create d', 'create d/x']);
    });
  });

  test('carrying out the steps gives the desired tree, and touches nothing that was never ours', () => {
    const names = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(names, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    const tree = fc.dictionary(path, fc.constantFrom('1', '2', '3')).map(withParents);
    fc.assert(
      fc.property(tree, tree, tree, (was, wanted, foreign) => {
        const recorded = desired(was);
        const next = desired(wanted);
        const others = Object.fromEntries(
          Object.entries(foreign).filter(([name]) => !recorded.has(name) && !next.has(name)),
        );
        const current = live({ ...was, ...withParents(others) });
        const comparison = full({ desired: next, recorded, live: current });
        const result = new Map([...current].map(([name, node]) => [name, node.content]));
        const ignoringOrphans = comparison.foreignChildren.length > 0;
        for (const step of comparison.steps) {
          if (step.action === 'delete') {
            if (!ignoringOrphans) expect(childPaths(result, step.path)).toEqual([]);
            expect(recorded.has(step.path)).toBe(true);
            result.delete(step.path);
          } else {
            expect(result.has(parentPathOf(step.path))).toBe(true);
            result.set(step.path, step.content);
          }
        }
        for (const [name, node] of next) expect(result.get(name)).toBe(node.content);
        for (const name of result.keys()) expect(next.has(name) || !recorded.has(name)).toBe(true);
      }),
    );
  });
});

describe('compareFast', () => {
  test('reads only what git says changed, and counts the rest', () => {
    const comparison = compareFast({
      changes: new Map([
        ['new', { after: want('1') }],
        ['changed', { before: want('1'), after: want('2') }],
        ['gone', { before: want('1') }],
      ]),
      live: live({ changed: '1', gone: '1' }),
      childrenOf: new Map(),
      owned: 100,
      policy,
    });
    expect(actions(comparison.steps)).toEqual(['update changed', 'create new', 'delete gone']);
    expect(comparison).toMatchObject({ znodes: 100, unchanged: 98, owned: 100, notOwned: [], drift: [] });
  });

  test('F22: a hand edit at a changed path is seen, reported as drift, and overwritten with its own version', () => {
    const comparison = compareFast({
      changes: new Map([['a', { before: want('1'), after: want('2') }]]),
      live: live({ a: have('edited', { version: 12 }) }),
      childrenOf: new Map(),
      owned: 10,
      policy,
    });
    expect(comparison.drift).toEqual([{ path: 'a', kind: 'changed' }]);
    expect(comparison.steps[0]).toMatchObject({ action: 'update', version: 12 });
  });

  test('a new file at a path where a foreign znode lives is not ours to overwrite', () => {
    const changes = new Map([['a', { after: want('2') }]]);
    expect(
      compareFast({ changes, live: live({ a: '1' }), childrenOf: new Map(), owned: 1, policy }).notOwned,
    ).toEqual(['a']);
  });

  test('suspects a deleted znode that has more children than go with it', () => {
    const changes = new Map([
      ['d', { before: want('') }],
      ['d/x', { before: want('1') }],
      ['e', { before: want('') }],
      ['e/x', { before: want('1') }],
    ]);
    const tree = live({ d: have('', { children: 2 }), 'd/x': '1', e: have('', { children: 1 }), 'e/x': '1' });
    expect(suspectParents(changes, tree)).toEqual(['d']);
    const childrenOf = new Map([['d', ['x', 'foreign']]]);
    expect(compareFast({ changes, live: tree, childrenOf, owned: 9, policy }).foreignChildren).toEqual([
      'd/foreign',
    ]);
  });
});

function withParents(entries: Record<string, string>): Record<string, string> {
  const all: Record<string, string> = {};
  for (const path of Object.keys(entries).toSorted()) {
    const segments = path.split('/');
    segments.forEach((_, index) => {
      const prefix = segments.slice(0, index + 1).join('/');
      all[prefix] = entries[prefix] ?? '';
    });
  }
  return Object.fromEntries(Object.entries(all).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function parentPathOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function childPaths(tree: ReadonlyMap<string, string>, path: string): string[] {
  return [...tree.keys()].filter((name) => name !== '' && name !== path && parentPathOf(name) === path);
}
