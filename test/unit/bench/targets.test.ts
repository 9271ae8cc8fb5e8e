import { expect, test } from 'vitest';
import { judgeTargets, targetLines } from '../../../bench/compare/targets.ts';
import type { Row } from '../../../bench/compare/recorder.ts';
import { row } from './rows.ts';

/** Enclosure at half of what each limit allows, or twice what it demands. */
const rows = (large: '100k' | '10k'): Row[] => [
  row(`load/${large}/enclosure`, [1], { peaksMiB: [150, 170, 100] }),
  row(`load/${large}/kazoo-git-diff`, [4]),
  row(`write-rate/${large}/enclosure`, [90]),
  row(`write-rate/${large}/ceiling`, [100]),
  row(`verify/${large}/enclosure`, [1]),
  row(`nothing/${large}/kazoo-tree`, [10]),
  row(`read-rate/${large}/enclosure`, [70]),
  row(`read-rate/${large}/ceiling`, [100]),
  row(`one/${large}/enclosure`, [1.3]),
  row(`one/${large}/kazoo-git-diff`, [1]),
  row('one/1k/enclosure', [1.1]),
  row(`warm/${large}/enclosure`, [31]),
  row('start-up/none/enclosure', [60]),
  row('start-up/none/node', [50]),
];

const verdicts = (large: '100k' | '10k') =>
  judgeTargets({ rows: rows(large), findings: [] }, large).map(({ value, verdict }) => [
    value === undefined ? undefined : Number(value.toFixed(3)),
    verdict,
  ]);

test('the table of targets holds the nine of them', () => {
  expect(targetLines).toHaveLength(9);
});

test('each target is met or missed with its figure; a limit that is just reached is met', () => {
  expect(verdicts('100k')).toEqual([
    [0.25, 'met'],
    [0.9, 'met'],
    [0.1, 'missed'],
    [0.7, 'met'],
    [1.3, 'met'],
    [31, 'missed'],
    [1.182, 'met'],
    [150, 'met'],
    [1.2, 'met'],
  ]);
});

test('a target for 100,000 files is not judged on fewer, and its figure is shown all the same', () => {
  const judged = verdicts('10k');
  expect(judged.slice(0, 8).map(([, verdict]) => verdict)).toEqual(
    Array.from({ length: 8 }, () => 'not judged'),
  );
  expect(judged[0]?.[0]).toBe(0.25);
  expect(judged[8]).toEqual([1.2, 'met']);
});

test('on a machine of which nothing is known only the memory is judged', () => {
  const targets = judgeTargets({ rows: rows('100k'), findings: [], noRatios: 'busy' }, '100k');
  expect(targets.filter(({ value }) => value !== undefined).map(({ what }) => what)).toEqual([
    'first load: peak memory',
  ]);
  expect(new Set(targets.map(({ reason }) => reason))).toEqual(new Set(['busy', undefined]));
});

test('a contestant that could not be verified takes its targets their figures, and no others', () => {
  const findings = [{ contestant: 'kazoo-tree', after: 'first load', problem: 'one is missing' }] as const;
  const targets = judgeTargets({ rows: rows('100k'), findings }, '100k');
  expect(targets.filter(({ verdict }) => verdict === 'no figure').map(({ reason }) => reason)).toEqual([
    'the tree of "kazoo, reading the tree" could not be verified',
  ]);
});
