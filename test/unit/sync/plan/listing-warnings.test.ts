import { expect, test } from 'vitest';
import { listingWarnings } from '../../../../src/sync/plan/listing-warnings.ts';

const tree = (count: number) =>
  new Map(
    ['', 'd', ...Array.from({ length: count }, (_, index) => `d/${String(index).padStart(6, '0')}`)].map(
      (path) => [path, { content: 'x', size: 0 }],
    ),
  );

test('F30: a listing that the default Java clients cannot read is named', () => {
  expect(listingWarnings(tree(104_857), '/env')).toEqual([]);
  const [warning, ...more] = listingWarnings(tree(104_858), '/env');
  expect(more).toEqual([]);
  expect(warning).toContain('/env/d takes 1048580 bytes');
});
