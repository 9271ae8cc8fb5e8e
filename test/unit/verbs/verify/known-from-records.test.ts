import { expect, test } from 'vitest';
import type { Change, DeploymentRecord } from '../../../../src/model/deployment-record.ts';
import { knownFromRecords } from '../../../../src/verbs/verify/known-from-records.ts';
import { recordOf } from '../../cli/examples-of-results.ts';

const set = (path: string, after: string | null): Change => ({
  path,
  action: after === null ? 'delete' : 'update',
  before: null,
  after,
});
const record = (revision: number, changes: readonly Change[], changesCut = 0): DeploymentRecord =>
  recordOf({ revision, changes, changesCut });

function known(records: readonly DeploymentRecord[], applied = 3) {
  const { held, deleted } = knownFromRecords(records, applied);
  return { held: [...held].map(([path, { content }]) => `${path} ${content}`), deleted: [...deleted] };
}

test('of each znode the newest record counts', () => {
  const records = [record(3, [set('a', '3')]), record(2, [set('a', '2'), set('b', '2')]), record(1, [])];
  expect(known(records)).toEqual({ held: ['a 3', 'b 2'], deleted: [] });
});

test('a znode that was deleted is known as such, until it is made again', () => {
  const records = [record(3, [set('a', '3')]), record(2, [set('a', null), set('b', null)])];
  expect(known(records)).toEqual({ held: ['a 3'], deleted: ['b'] });
});

test('what is older than a record that was cut, or than one that is not there, is not believed', () => {
  expect(known([record(3, [set('a', '3')], 1), record(2, [set('b', '2')])]).held).toEqual(['a 3']);
  expect(known([record(3, [set('a', '3')]), record(1, [set('b', '1')])]).held).toEqual(['a 3']);
  expect(known([record(2, [set('b', '2')])]).held).toEqual([]);
});

test('a record newer than the applied revision says nothing', () => {
  expect(known([record(4, [set('a', '4')]), record(3, [set('a', '3')])]).held).toEqual(['a 3']);
});
