import { expect, test } from 'vitest';
import { allRatios, counterpart, ratioOf } from '../../../bench/compare/ratios.ts';
import { row } from './rows.ts';

const own = 'load/100k/enclosure';
const other = 'load/100k/kazoo-git-diff';
const rows = [row(own, [1, 2, 3]), row(other, [4, 4, 9])];

test('a ratio is that of the medians', () => {
  expect(ratioOf({ rows, findings: [] }, own, other)).toEqual({ of: own, against: other, value: 0.5 });
});

test('there is no ratio against a contestant whose tree could not be verified, on whatever workload that was', () => {
  const findings = [{ contestant: 'kazoo-git-diff', after: 'first load', problem: '3 are missing' }] as const;
  const evidence = {
    rows: [...rows, row('one/10k/enclosure', [1]), row('one/10k/kazoo-git-diff', [1])],
    findings,
  };
  const absent = 'the tree of "kazoo, git diff" could not be verified';
  expect(ratioOf(evidence, own, other)).toEqual({ of: own, against: other, absent });
  expect(ratioOf(evidence, 'one/10k/enclosure', 'one/10k/kazoo-git-diff').absent).toBe(absent);
});

test('there is no ratio at all when it is the tree of Enclosure that could not be verified', () => {
  const findings = [{ contestant: 'enclosure', after: 'first load', problem: '3 are missing' }] as const;
  for (const ratio of allRatios({ rows, findings })) {
    expect(ratio).not.toHaveProperty('value');
    expect(ratio.absent).toBe('the tree of "Enclosure" could not be verified');
  }
});

test('there is no ratio with a row during which the machine was busy, even when some of it was measured', () => {
  const busy = [row(own, [1, 2]), row(other, [4], { busy: true })];
  expect(ratioOf({ rows: busy, findings: [] }, own, other).absent).toBe('the machine was busy');
});

test('there is no ratio where nothing is known of the machine, whatever was measured', () => {
  const evidence = { rows, findings: [], noRatios: 'it cannot be known' };
  expect(allRatios(evidence)).toEqual([{ of: own, against: other, absent: 'it cannot be known' }]);
});

test('there is no ratio with a row that was not measured', () => {
  expect(ratioOf({ rows: [row(own, [1])], findings: [] }, own, other).absent).toBe('not measured');
});

test('a script that has fetched before is set against the same change', () => {
  expect(counterpart({ activity: 'one-fetched', workload: '10k', contestant: 'kazoo-git-diff' })).toBe(
    'one/10k/enclosure',
  );
  expect(counterpart({ activity: 'one', workload: '10k', contestant: 'enclosure' })).toBeUndefined();
});
