import { expect, test } from 'vitest';
import type { Plan, Step } from '../../../src/model/plan.ts';
import { makeRecord } from '../../../src/state/make-record.ts';
import { formatJson } from '../../../src/state/parse-state.ts';

const plan = (steps: readonly Step[]): Plan => ({
  environment: 'production',
  commit: 'b'.repeat(40),
  mode: 'full',
  steps,
  landed: [],
  refusals: [],
  warnings: [],
  unchanged: 5,
  znodes: 9,
  unmanaged: [],
  strays: [],
  drift: [],
});
const facts = {
  request: { environment: 'production', reason: 'push', actor: 'alice', time: 't', delivery: 'd-1' },
  revision: 7,
  commits: { commits: [{ sha: 'b'.repeat(40), author: 'Alice', subject: 'x'.repeat(500) }], cut: 2 },
  started: 's',
  ended: 'e',
  transactions: 1,
} as const;

test('says who, why, what and from where', () => {
  const steps: Step[] = [
    { action: 'create', path: 'a', content: '1', bytes: 1 },
    { action: 'update', path: 'b', content: '2', bytes: 1, version: 1, previous: '0' },
    { action: 'delete', path: 'c', bytes: 1, version: 1, previous: '3' },
  ];
  const record = makeRecord({ ...facts, plan: plan(steps) });
  expect(record).toMatchObject({
    revision: 7,
    actor: 'alice',
    reason: 'push',
    delivery: 'd-1',
    previousCommit: null,
    commitsCut: 2,
    counts: { created: 1, updated: 1, deleted: 1, unchanged: 5 },
    changes: [
      { path: 'a', action: 'create', before: null, after: '1' },
      { path: 'b', action: 'update', before: '0', after: '2' },
      { path: 'c', action: 'delete', before: '3', after: null },
    ],
    changesCut: 0,
  });
});

test('its lists are bounded, and it says how much was left out', () => {
  const steps = Array.from({ length: 10_000 }, (_, index): Step => ({
    action: 'create',
    path: `p${index}`,
    content: 'a'.repeat(40),
    bytes: 1,
  }));
  const record = makeRecord({ ...facts, plan: plan(steps) });
  expect(formatJson(record).length).toBeLessThan(64 * 1024);
  expect(record.changes.length + record.changesCut).toBe(10_000);
  expect(record.commits[0]?.subject).toHaveLength(120);
});
