import { expect, test } from 'vitest';
import type { DesiredTree } from '../../../../src/model/desired-tree.ts';
import type { LiveTree } from '../../../../src/model/live-tree.ts';
import { differencesBetween, landedBefore } from '../../../../src/sync/plan/landed-before.ts';

const tree = (oids: Readonly<Record<string, string>>): DesiredTree =>
  new Map(Object.entries(oids).map(([path, content]) => [path, { content, size: 1 }]));
const live = (oids: Readonly<Record<string, string>>): LiveTree =>
  new Map(
    [...tree(oids)].map(([path, znode]) => [path, { ...znode, version: 3, children: 0, ephemeral: false }]),
  );

const recorded = tree({ '': 'e', same: '1', changed: '1', later: '1', gone: '1', stays: '1' });
const desired = tree({ '': 'e', same: '1', changed: '2', later: '2', new: '2', other: '2' });

test('what the run that died has written, created and deleted is named, and nothing else', () => {
  const now = live({ '': 'e', same: '1', changed: '2', later: '1', new: '2', stays: '1' });
  expect(landedBefore(differencesBetween(recorded, desired, desired), now)).toEqual([
    { action: 'update', path: 'changed', content: '2', bytes: 1, version: 3, previous: '1' },
    { action: 'create', path: 'new', content: '2', bytes: 1 },
    { action: 'delete', path: 'gone', bytes: 1, version: -1, previous: '1' },
  ]);
});

test('what somebody did by hand before it was committed is named as well', () => {
  const now = live({ '': 'e', same: '1', changed: '2', later: '1', other: '2', stays: '1' });
  expect(landedBefore(differencesBetween(recorded, desired, undefined), now)).toEqual([
    { action: 'update', path: 'changed', content: '2', bytes: 1, version: 3, previous: '1' },
    { action: 'create', path: 'other', content: '2', bytes: 1 },
    { action: 'delete', path: 'gone', bytes: 1, version: -1, previous: '1' },
  ]);
});

test('before the first deployment only what a run was writing when it died was changed; the rest is taken over', () => {
  const now = live({ '': 'e', same: '1' });
  const [root, same] = [
    { action: 'create', path: '', content: 'e', bytes: 1 },
    { action: 'create', path: 'same', content: '1', bytes: 1 },
  ];
  const landed = (halfWritten?: DesiredTree) =>
    landedBefore(differencesBetween(undefined, desired, halfWritten), now);
  expect(landed(desired)).toEqual([root, same]);
  expect(landed(tree({ '': 'e', same: '9' }))).toEqual([root]);
  expect(landed()).toEqual([]);
});
