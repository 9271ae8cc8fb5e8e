import { expect, test } from 'vitest';
import type { Step } from '../../../../src/model/plan.ts';
import { renderPlan } from '../../../../src/cli/render/render-plan.ts';
import { planOf } from '../examples-of-results.ts';
import { coloured, plain, terminal, verboseTerminal } from '../styles.ts';

const steps: Step[] = [
  { action: 'create', path: 'db/url', content: 'a', bytes: 42 },
  { action: 'update', path: '', content: 'b', bytes: 2048, version: 3, previous: 'c' },
  { action: 'delete', path: 'old', bytes: 3_500_000, version: 0, previous: 'd' },
];
const report = (changed: Parameters<typeof planOf>[0]) => ({
  plan: planOf(changed),
  revision: 11,
  durationMs: 12,
});

test('a plan shows its steps with their sizes, the root as a dot, and a summary', () => {
  expect(renderPlan(report({ steps }), plain)).toEqual([
    'production: commit 3f2a1b9c0d1e; revision 11, commit 0123456789ab applied',
    '  + create       42 B  db/url',
    '  ~ update    2.0 KiB  .',
    '  - delete    3.3 MiB  old',
    '1 to create, 1 to update, 1 to delete, 5 unchanged. (fast comparison, 12 ms)',
  ]);
});

test('a plan without steps says so, and one before the first deployment too', () => {
  const { previousCommit: _previous, ...first } = planOf();
  expect(renderPlan({ plan: first, revision: 0, durationMs: 12 }, plain)).toEqual([
    'production: commit 3f2a1b9c0d1e; nothing applied yet',
    'No changes: 5 znodes as they should be. (fast comparison, 12 ms)',
  ]);
});

test('refusals, warnings, drift, unmanaged znodes and strays are shown', () => {
  const lines = renderPlan(
    report({
      steps,
      mode: 'full',
      refusals: [
        { code: 'too-many-deletes', message: 'expected at most 2 deletions, found 9; --allow-deletes' },
      ],
      warnings: ['a listing is long'],
      drift: [{ path: 'db/pool', kind: 'changed' }],
      unmanaged: ['theirs'],
      strays: ['stray'],
    }),
    plain,
  );
  expect(lines.slice(4)).toEqual([
    'Drift, which no deployment made:',
    '  changed db/pool',
    'Unmanaged, left alone:',
    '  theirs',
    'Strays, once ours and not deleted without proof:',
    '  stray',
    'warning: a listing is long',
    'refused[too-many-deletes]: expected at most 2 deletions, found 9; --allow-deletes',
    'Refused: sync would change nothing. (full comparison, 12 ms)',
  ]);
});

test('a long plan is cut on a terminal, says by how much, and is whole with --verbose and in a pipe', () => {
  const many = Array.from({ length: 100 }, (_, index): Step => ({
    action: 'create',
    path: `n${index}`,
    content: 'a',
    bytes: 1,
  }));
  const cut = renderPlan(report({ steps: many }), terminal);
  expect(cut).toHaveLength(1 + 40 + 1 + 1);
  expect(cut[41]).toBe('  ... and 60 more; --verbose shows all');
  expect(renderPlan(report({ steps: many }), verboseTerminal)).toHaveLength(102);
  expect(renderPlan(report({ steps: many }), plain)).toHaveLength(102);
});

test('names, messages and warnings cannot move the cursor or colour the screen', () => {
  const evil = 'a\u001b[2J\u001b]0;owned\u0007\n\u202eb';
  const text = renderPlan(
    report({
      environment: evil,
      steps: [{ action: 'create', path: evil, content: 'a', bytes: 1 }],
      refusals: [{ code: 'invalid-name', message: evil }],
      warnings: [evil],
      drift: [{ path: evil, kind: 'missing' }],
      unmanaged: [evil],
      strays: [evil],
    }),
    plain,
  );
  expect(text).toHaveLength(11);
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(text.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('creates are green, updates yellow, deletes red', () => {
  const lines = renderPlan(report({ steps }), coloured);
  expect(lines[1]).toContain('\u001b[32m+ create\u001b[39m');
  expect(lines[2]).toContain('\u001b[33m~ update\u001b[39m');
  expect(lines[3]).toContain('\u001b[31m- delete\u001b[39m');
});

test('a plan shows the three groups with their counts, and of equal znodes no more unless it is asked for', () => {
  const adoption = { equal: ['', 'a'], different: ['b'], unmanaged: ['x'] };
  const plan = planOf({ adoption, unmanaged: ['x'], mode: 'full' });
  expect(renderPlan({ plan, revision: 0, durationMs: 5 }, plain).slice(1, -1)).toEqual([
    'There already, as in git: 2 znodes',
    'There already, with other data than in git: 1 znode',
    '  b',
    'There already, not in git and left alone: 1 znode',
    '  x',
  ]);
  expect(renderPlan({ plan, revision: 0, durationMs: 5 }, verboseTerminal)).toContain('  a');
});
