import { expect, test } from 'vitest';
import { drawChart } from '../../../bench/compare/chart.ts';
import { makeResult } from '../../../bench/compare/result.ts';
import { facts, row } from './rows.ts';

const rows = [
  row('load/100k/enclosure', [2.25]),
  row('load/100k/kazoo-git-diff', [4.5]),
  row('load/100k/kazoo-single', [31]),
  row('verify/100k/enclosure', [1.125]),
  row('nothing/100k/kazoo-tree', [10.5]),
];

test('each contestant has a bar with its figure, and the picture has a background of its own', async () => {
  const svg = await drawChart(makeResult(facts, { rows, findings: [] }));
  expect(svg).toMatch(/^<svg width="820"/u);
  expect(svg).toMatch(/<rect [^>]*fill="#ffffff"/u);
  for (const text of ['2.25 s', '4.50 s', '31.00 s', '10.50 s', 'kazoo, git diff', 'Enclosure, verify']) {
    expect(svg).toContain(`>${text}<`);
  }
});

test('the picture is well-formed XML', async () => {
  const svg = await drawChart(makeResult(facts, { rows, findings: [] }));
  const tags = svg.replaceAll(/<!\[CDATA\[.*?\]\]>/gsu, '').match(/<[^>]*>/gu) ?? [];
  expect(tags.length).toBeGreaterThan(20);
  const wrong = tags.filter((tag) => !/^<(?:\/[\w:]+|[\w:]+(?:\s+[\w:-]+="[^"<]*")*)\s*\/?>$/u.test(tag));
  expect(wrong).toEqual([]);
});

test('who could not be verified, or was measured on a busy machine, has no bar', async () => {
  const findings = [
    { contestant: 'kazoo-git-diff', after: 'first load', problem: 'one is missing' },
  ] as const;
  const busy = row('load/100k/kazoo-tree', [3], { busy: true });
  const svg = await drawChart(makeResult(facts, { rows: [...rows, busy], findings }));
  expect(svg).not.toContain('kazoo, git diff');
  expect(svg).not.toContain('3.00 s');
});

test('a result that may not be compared is not drawn', async () => {
  const result = makeResult(facts, { rows, findings: [], noRatios: 'busy' });
  await expect(drawChart(result)).rejects.toThrow('expected a result with figures to draw');
});
