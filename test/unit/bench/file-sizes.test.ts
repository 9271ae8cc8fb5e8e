import { expect, test } from 'vitest';
import { sizeAt, spreadSizes } from '../../../bench/compare/file-sizes.ts';

test('the quantiles are met, and what lies between lies between', () => {
  expect(sizeAt(0)).toBe(16);
  expect(sizeAt(0.5)).toBe(353);
  expect(sizeAt(1)).toBe(900_000);
  expect(sizeAt(0.55)).toBeGreaterThan(353);
  expect(sizeAt(0.55)).toBeLessThan(431);
});

test('3,000 files have the spread of the real ones, mixed, the same each time', () => {
  const sizes = spreadSizes(3000);
  expect(sizes).toEqual(spreadSizes(3000));
  const sorted = sizes.toSorted((one, other) => one - other);
  expect([sorted[0], sorted.at(-1)]).toEqual([16, 900_000]);
  expect(Math.abs((sorted[1500] ?? 0) - 353)).toBeLessThan(5);
  // Mixed: no half of them holds all the large ones.
  const large = sizes.map((size, index) => (size > 10_000 ? index : -1)).filter((index) => index >= 0);
  expect(large.some((index) => index < 1500) && large.some((index) => index >= 1500)).toBe(true);
});
