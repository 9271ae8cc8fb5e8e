/** What the soak takes for a fault: a soak that cannot fail says nothing. */
import { expect, test } from 'vitest';
import { gapIn } from '../../../bench/soak/judge.ts';
import { orphansIn } from '../../../bench/soak/watch-locks.ts';

const connections =
  ' /127.0.0.1:4711[1](queued=0,recved=9,sent=9,sid=0x10001,lop=PING,to=4000)\n' +
  ' /127.0.0.1:4712[0](queued=0,recved=1,sent=0)\n';

const dump = (session: string, path: string): string =>
  `SessionTracker dump:\nSession Sets (1)/(1):\n1 expire at Thu Jan 01 00:00:00 UTC 1970:\n\t0x10001\n` +
  `ephemeral nodes dump:\nSessions with Ephemerals (1):\n${session}:\n\t${path}\n`;

test('a lock node of a session without a connection is one that nobody lives to hold', () => {
  const node = '/enclosure/e1/lock/lock-a-0000000001';
  expect(orphansIn(connections, dump('0x10002', node))).toEqual([node]);
  expect(orphansIn(connections, dump('0x10001', node))).toEqual([]);
  expect(orphansIn(connections, dump('0x10002', '/enclosure/e1/members/a'))).toEqual([]);
});

test('a revision that is left out, is there twice or does not go on from the one before it is a gap', () => {
  const record = (revision: number, commit: string, previousCommit: string | null) => ({
    revision,
    commit,
    previousCommit,
  });
  const [first, second] = [record(1, 'a', null), record(2, 'b', 'a')];
  expect(gapIn([first, second])).toBeUndefined();
  expect(gapIn([first, record(3, 'b', 'a')])).toContain('record 2');
  expect(gapIn([first, second, second])).toContain('record 3');
  expect(gapIn([first, record(2, 'b', null)])).toContain('does not go on');
});
