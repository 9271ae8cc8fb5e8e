import { expect, test } from 'vitest';
import { TreeWatches } from '../../../../src/zookeeper/channel/tree-watches.ts';
import { Reader } from '../../../../src/zookeeper/wire/protocol/reader.ts';
import { int, text } from '../wire/protocol/jute-bytes.ts';

const changed = (path: string): Reader => new Reader(Buffer.concat([int(3), int(3), text(path)]));

test('each watch is told of its own tree, without the chroot', () => {
  const watches = new TreeWatches('/root');
  const told: string[] = [];
  watches.add('/', (path) => told.push(`all ${path}`));
  watches.add('/a', (path) => told.push(`a ${path}`));
  for (const path of ['/root', '/root/a', '/root/a/b', '/root/ab', '/rooted/a', '/a']) {
    watches.onNotification(changed(path));
  }
  expect(told).toEqual(['all /', 'all /a', 'a /a', 'all /a/b', 'a /a/b', 'all /ab']);
});

test('a watch that was taken back is told nothing', () => {
  const watches = new TreeWatches('');
  const told: string[] = [];
  watches.add('/a', (path) => told.push(path))();
  watches.onNotification(changed('/a'));
  expect(told).toEqual([]);
});
