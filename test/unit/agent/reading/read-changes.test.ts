import { expect, test } from 'vitest';
import { changesOf } from '../../../../src/agent/reading/read-changes.ts';
import type { Change, DeploymentRecord } from '../../../../src/model/deployment-record.ts';
import { recordOf } from '../../cli/examples-of-results.ts';

const change = (path: string, after: string | null): Change => ({
  path,
  action: 'update',
  before: 'x',
  after,
});
const [one, two]: readonly DeploymentRecord[] = [
  recordOf({
    revision: 2,
    previousCommit: 'c1',
    commit: 'c2',
    changes: [change('a', '1'), change('b', '1')],
  }),
  recordOf({ revision: 3, previousCommit: 'c2', commit: 'c3', changes: [change('a', null)] }),
];

test('of several records the last word on a path counts', () => {
  const changes = changesOf([one, two], 'c1');
  expect([...(changes ?? [])].map(([path, { after }]) => [path, after])).toEqual([
    ['a', null],
    ['b', '1'],
  ]);
});

test.each([
  ['one is missing', [one, undefined]],
  ['one was cut', [one, recordOf({ ...two, changesCut: 1 })]],
  ['one came from a reading of the whole tree', [one, recordOf({ ...two, mode: 'full' })]],
  ['one follows on another commit', [one, recordOf({ ...two, previousCommit: 'other' })]],
])('they tell nothing where %s', (_what, records) => {
  expect(changesOf(records, 'c1')).toBeUndefined();
});

test('they tell nothing about another commit', () => {
  expect(changesOf([one, two], 'c0')).toBeUndefined();
});
