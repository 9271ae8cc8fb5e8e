import { expect, test } from 'vitest';
import { refuseUnsyncable } from '../../../../src/verbs/export/refuse-unsyncable.ts';

test.each([
  '.git',
  '.GIT',
  '.git. ',
  'git~1',
  '.git::$INDEX_ALLOCATION',
  '.znode',
  '.gitkeep',
  '.gitignore',
  '.gitattributes',
  '.enclosureignore',
])('a znode called %s is refused', (name) => {
  expect(() => refuseUnsyncable(['', 'a', `d/${name}`])).toThrow(
    expect.objectContaining({ code: 'name-unholdable' }) as Error,
  );
});

test('names that only look alike are fine', () => {
  expect(() =>
    refuseUnsyncable(['', '.github', '.gitmodules', 'git', 'x.git', '.znodes', 'toString']),
  ).not.toThrow();
});

test('twenty are named and the rest is counted', () => {
  const paths = Array.from({ length: 23 }, (_, index) => `d${index}/.git`);
  expect(() => refuseUnsyncable(paths)).toThrow(/"d19\/\.git": git refuses this name; and 3 more/);
});
