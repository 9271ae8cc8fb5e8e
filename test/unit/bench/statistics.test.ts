import { expect, test } from 'vitest';
import { summarize } from '../../../bench/compare/statistics.ts';

test('the median is the middle one, or the mean of the two in the middle', () => {
  expect(summarize([3, 1, 2])).toEqual({ count: 3, median: 2, min: 1, max: 3 });
  expect(summarize([10, 1, 2, 4])).toEqual({ count: 4, median: 3, min: 1, max: 10 });
});

test('no samples have no summary', () => {
  expect(summarize([])).toBeUndefined();
});
