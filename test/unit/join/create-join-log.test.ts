import { expect, test } from 'vitest';
import { configOf } from '../../../src/agent/config-of.ts';
import type { AgentEvent } from '../../../src/agent/index.ts';
import { makeRevisionTree } from '../../../src/agent/reading/revision-tree.ts';
import { createJoinLog } from '../../../src/join/create-join-log.ts';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { coloured, plain } from '../cli/styles.ts';

const facts = {
  environment: 'production',
  znode: '/p',
  revision: 12,
  commit: '3f2a1b9c0d1e'.padEnd(40, '0'),
};
const snapshot = makeRevisionTree(facts, [
  ['', { data: Buffer.alloc(0), content: '1' }],
  ['a', { data: Buffer.from('s3cret'), content: '2' }],
]);
const config = configOf(snapshot, false);
const problem = new EnclosureError('zookeeper-unreachable', 'no server answers', { next: 'Wait.' });
const events: readonly AgentEvent[] = [
  { type: 'applied', config },
  { type: 'joined', name: 'web-0000000003', again: false },
  { type: 'joined', name: 'web\u0007', again: true },
  { type: 'rejected', config, reason: 'no port\u001b[2J' },
  { type: 'problem', error: problem },
  { type: 'applied', config: configOf(snapshot, true) },
  {
    type: 'applied',
    config: configOf(makeRevisionTree({ ...facts, revision: null, commit: null }, []), false),
  },
];

function logged(log: readonly AgentEvent[], json: boolean, errorStyle = plain): readonly string[] {
  const lines: string[] = [];
  const write = createJoinLog({ json, errorStyle, log: (more) => lines.push(...more) }, 'production');
  for (const event of log) write(event);
  return lines;
}

test('each event is a line', () => {
  expect(logged(events, false)).toEqual([
    'production: applied revision 12, commit 3f2a1b9c0d1e, 1 file',
    'production: joined as web-0000000003',
    'production: joined again as web\\u{7}',
    'production: rejected revision 12, commit 3f2a1b9c0d1e, 1 file: no port\\u{1b}[2J',
    'production: error[zookeeper-unreachable]: no server answers. Wait.',
    'production: applied revision 12, commit 3f2a1b9c0d1e, 1 file, stale: kept from before, ZooKeeper is not heard',
    'production: applied a tree that Enclosure does not manage, 0 files',
  ]);
  expect(logged(events, false, coloured)[0]).toContain('\u001b[32mapplied\u001b[39m');
});

test('with --json each is a document with its time, and none holds what is in the files', () => {
  const lines = logged(events, true);
  expect(lines.join('\n')).not.toContain('s3cret');
  const documents = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  for (const { time } of documents) expect(Date.parse(String(time))).not.toBeNaN();
  const revision = { revision: 12, commit: facts.commit, digest: snapshot.digest };
  expect(documents.map(({ time: _time, ...rest }) => rest).slice(0, 6)).toEqual([
    { environment: 'production', event: 'applied', ...revision, stale: false },
    { environment: 'production', event: 'joined', member: 'web-0000000003', again: false },
    { environment: 'production', event: 'joined', member: 'web\u0007', again: true },
    { environment: 'production', event: 'rejected', ...revision, stale: false, reason: 'no port\u001b[2J' },
    {
      environment: 'production',
      event: 'problem',
      error: { code: 'zookeeper-unreachable', message: problem.message, retryable: true, next: 'Wait.' },
    },
    { environment: 'production', event: 'applied', ...revision, stale: true },
  ]);
});

test('what is tried again and again is told once, until something else happens', () => {
  const again: AgentEvent = { type: 'problem', error: problem };
  const other: AgentEvent = { type: 'applied', config };
  expect(logged([again, again, other, again], true)).toHaveLength(3);
});
