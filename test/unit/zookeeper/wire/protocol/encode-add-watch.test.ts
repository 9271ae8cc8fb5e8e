import { expect, test } from 'vitest';
import { Reader } from '../../../../../src/zookeeper/wire/protocol/reader.ts';
import {
  encodeAddWatch,
  readChangedPath,
} from '../../../../../src/zookeeper/wire/protocol/encode-add-watch.ts';
import { frame, int, text } from './jute-bytes.ts';

const event = (type: number, path: string): Buffer => Buffer.concat([int(type), int(3), text(path)]);

test.each([
  ['', '/a', '/a'],
  ['/root', '/a', '/root/a'],
  ['/root', '/', '/root'],
])('below the chroot "%s" a watch on %s is set on %s, persistent and recursive', (chroot, path, sent) => {
  const expected = frame(int(0), int(106), text(sent), int(1));
  expect(encodeAddWatch(Buffer.from(chroot), path).toString('hex')).toBe(expected.toString('hex'));
});

test.each([
  ['created', 1],
  ['deleted', 2],
  ['changed', 3],
])('a znode that was %s is told by its path', (_, type) => {
  expect(readChangedPath(new Reader(event(type, '/root/größe')))).toBe('/root/größe');
});

test.each([
  ['the connection', -1],
  ['a listing', 4],
  ['a watch that was removed', 7],
])('what the server tells of %s is no change of a znode', (_, type) => {
  expect(readChangedPath(new Reader(event(type, '/root/a')))).toBeUndefined();
});

test('a notification that is cut short anywhere is an error', () => {
  const whole = event(1, '/a');
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => readChangedPath(new Reader(whole.subarray(0, length)))).toThrow(
      expect.objectContaining({ code: 'protocol-violated' }),
    );
  }
});
