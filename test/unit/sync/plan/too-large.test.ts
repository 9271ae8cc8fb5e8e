import { expect, test } from 'vitest';
import type { Step } from '../../../../src/model/plan.ts';
import { tooLarge } from '../../../../src/sync/plan/too-large.ts';

const create = (path: string, bytes: number): Step => ({ action: 'create', path, content: 'x', bytes });

test('F19: a file that fits to the byte passes, one byte more is refused with path, size and limit', () => {
  const limit = 1000 - Buffer.byteLength('/env/ü');
  expect(tooLarge([create('ü', limit)], '/env', 1000)).toEqual([]);
  const [refusal] = tooLarge([create('ü', limit + 1)], '/env', 1000);
  expect(refusal).toMatchObject({ code: 'too-large' });
  expect(refusal?.message).toContain(`/env/ü has ${limit + 1} bytes; the limit for it is ${limit} bytes`);
});

test('the size of what is deleted does not matter', () => {
  const step: Step = { action: 'delete', path: 'a', bytes: 5000, version: 1, previous: 'x' };
  expect(tooLarge([step], '/env', 1000)).toEqual([]);
});
