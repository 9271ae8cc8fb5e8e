import { expect, test } from 'vitest';
import { renderResult } from '../../../bench/compare/report.ts';
import { exitCodeOf, makeResult, parseResult } from '../../../bench/compare/result.ts';
import { facts, row } from './rows.ts';

const rows = [
  row('load/100k/kazoo-git-diff', [4, 3.9, 4.2], { peaksMiB: [47] }),
  row('load/100k/enclosure', [2, 1.9, 2.5], { peaksMiB: [140.4], disturbed: 1 }),
  row('load/10k/kazoo-single', [2], { busy: true, disturbed: 4 }),
];

const line = (text: string, start: string): string =>
  text.split('\n').find((one) => one.trim().startsWith(start)) ?? '';

test('a row says its median, its spread, how often it was measured and what Enclosure takes in comparison', () => {
  const text = renderResult(makeResult(facts, { rows, findings: [] }), false);
  expect(line(text, 'kazoo, git diff').split(/ {2,}/u)).toEqual([
    '',
    'kazoo, git diff',
    '4.000 s',
    '3.900..4.200',
    '3',
    '47',
    '0.50 x',
  ]);
  expect(line(text, 'Enclosure  ')).toMatch(/2\.000 s {2}1\.900\.\.2\.500 {2}3, 1 disturbed {2,}140$/u);
});

test('a row during which the machine was busy says so where the ratio would be', () => {
  const text = renderResult(makeResult(facts, { rows, findings: [] }), false);
  expect(line(text, 'kazoo, single operations')).toMatch(/the machine was busy$/u);
});

test('a tree that could not be verified is told with its difference, there is no ratio, and the run has failed', () => {
  const problem = '/kazoo/d1 holds other data than the commit';
  const findings = [{ contestant: 'kazoo-git-diff', after: 'first load', problem }] as const;
  const result = makeResult(facts, { rows, findings });
  const text = renderResult(result, false);
  expect(text).toContain(problem);
  expect(text).not.toMatch(/\d x$/mu);
  expect(exitCodeOf(result)).toBe(1);
  expect(exitCodeOf(makeResult(facts, { rows, findings: [] }))).toBe(0);
});

test('without ratios the table says why', () => {
  const result = makeResult(facts, { rows, findings: [], noRatios: 'nobody knows' });
  const text = renderResult(result, false);
  expect(text).toContain('No ratios: nobody knows.');
  expect(text).not.toMatch(/\d x$/mu);
});

test('a pipe gets plain text, a terminal the same in colour', () => {
  const result = makeResult(facts, { rows, findings: [] });
  const plain = renderResult(result, false);
  const coloured = renderResult(result, true);
  expect(coloured).not.toBe(plain);
  // oxlint-disable-next-line no-control-regex
  expect(coloured.replaceAll(/\u001B\[\d+m/gu, '')).toBe(plain);
});

test('a result survives its file, and another document is refused', () => {
  const result = makeResult(facts, { rows, findings: [] });
  expect(parseResult(JSON.stringify(result))).toEqual(result);
  expect(() => parseResult('{"formatVersion": 2, "rows": []}')).toThrow(
    /format version 1; found: \{"format/u,
  );
});
