import { expect, test } from 'vitest';
import { parseCompareOptions } from '../../../bench/compare/options.ts';

test('the full run has five rounds, the quick one three', () => {
  expect(parseCompareOptions([])).toEqual({ mode: 'full', rounds: 3, json: false });
  expect(parseCompareOptions(['--quick'])).toEqual({ mode: 'quick', rounds: 2, json: false });
});

test('rounds and files are taken as they are given', () => {
  expect(parseCompareOptions(['--rounds', '2', '--json', '--out', 'a.json', '--chart', 'a.svg'])).toEqual({
    mode: 'full',
    rounds: 2,
    json: true,
    out: 'a.json',
    chart: 'a.svg',
  });
});

test.each(['0', '-1', '1.5', 'many'])('%s rounds are refused', (rounds) => {
  expect(() => parseCompareOptions([`--rounds=${rounds}`])).toThrow(/a whole number from 1 on, found/u);
});

test('who asks for help gets no run, who mistypes gets an error', () => {
  expect(parseCompareOptions(['--help', '--quick'])).toBeUndefined();
  expect(() => parseCompareOptions(['--quik'])).toThrow('--quik');
  expect(() => parseCompareOptions(['--quick', 'rest'])).toThrow('rest');
});
