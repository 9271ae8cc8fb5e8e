import { expect, test } from 'vitest';
import { parentsOf } from '../../../src/model/znode-path.ts';

test('every path with another one directly below it is a parent', () => {
  expect(parentsOf(['', 'a', 'b/c/d', 'b/c', 'b'])).toEqual(new Set(['', 'b', 'b/c']));
  expect(parentsOf([''])).toEqual(new Set());
});
