/** Trees and machines that are not as they should be, on a real server and a real repository. */
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { allRatios } from '../../../bench/compare/ratios.ts';
import { Recorder } from '../../../bench/compare/recorder.ts';
import type { CpuTimes, SampleCpu } from '../../../bench/compare/quiet.ts';
import { Stage } from '../../../bench/compare/stage.ts';
import type { Track } from '../../../bench/compare/track.ts';
import { deleteTree, walkTree } from '../../../bench/compare/walk-tree.ts';
import { openChannel } from '../../../src/zookeeper/channel/open-channel.ts';
import type { Channel, Operation } from '../../../src/model/ports/channel.ts';
import { createGitFixture, type GitFixture } from '../../../harness/git-fixture.ts';

const root = '/unit-bench-stage';
const acl = [{ scheme: 'world', id: 'anyone', permissions: 31 }];
let channel: Channel;
let git: GitFixture;
let track: Track;

const nobodyElse: SampleCpu = () => Promise.resolve({ at: performance.now() / 1000, busy: 0, own: 0 });

const open = (sampleCpu: SampleCpu): Stage =>
  new Stage(
    { connect: inject('zookeeper'), channel, sampleCpu, cores: 2, waits: true, say: () => undefined },
    new Recorder(),
  );

const create = (path: string, data: string): Operation => ({
  op: 'create',
  path,
  data: Buffer.from(data),
  acl,
});

beforeAll(async () => {
  channel = await openChannel({ connect: inject('zookeeper'), auth: [], sessionTimeoutMs: 10_000 });
  git = await createGitFixture();
  const head = git.commit({ 'd/a': 'one', 'd/b': 'two', c: '' });
  const repository = { directory: git.directory, head } as Track['repository'];
  track = { contestant: 'kazoo-git-diff', workload: '10k', repository, root } as Track;
});

beforeEach(async () => {
  await deleteTree(channel, root);
  await channel.multi([
    create(root, ''),
    create(`${root}/d`, ''),
    create(`${root}/d/a`, 'one'),
    create(`${root}/d/b`, 'two'),
    create(`${root}/c`, ''),
  ]);
});

afterAll(async () => {
  await deleteTree(channel, root);
  await channel.close();
  await git.remove();
});

test('a tree that is what git says is verified, and every znode of it counted', async () => {
  const stage = open(nobodyElse);
  expect(await stage.check(track, 'first load')).toMatchObject({ znodes: 5 });
  expect(stage.recorder.findings).toEqual([]);
});

test.each<[string, string, (on: Channel) => Promise<unknown>]>([
  [
    'other data',
    `${root}/d/a holds other data`,
    (on) => on.multi([{ op: 'setData', path: `${root}/d/a`, data: Buffer.from('eno'), version: -1 }]),
  ],
  [
    'a directory with data',
    `${root}/d holds other data`,
    (on) => on.multi([{ op: 'setData', path: `${root}/d`, data: Buffer.from('x'), version: -1 }]),
  ],
  ['a stray', `${root}/d/stray is not in the commit`, (on) => on.multi([create(`${root}/d/stray`, '')])],
  [
    'a missing znode',
    '1 of 5 znodes are missing',
    (on) => on.multi([{ op: 'delete', path: `${root}/c`, version: -1 }]),
  ],
  ['no tree at all', '5 of 5 znodes are missing', (on) => deleteTree(on, root)],
])(
  'a tree with %s takes its contestant out of the run and every ratio from it',
  async (_, problem, spoil) => {
    const stage = open(nobodyElse);
    for (const contestant of ['enclosure', 'kazoo-git-diff'] as const) {
      stage.recorder.sample({ activity: 'load', workload: '10k', contestant }, 1);
    }
    await spoil(channel);
    expect((await stage.check(track, 'first load')).problem).toContain(problem);
    expect(stage.recorder.isOut('kazoo-git-diff')).toBe(true);
    expect(allRatios(stage.recorder)).toEqual([
      expect.objectContaining({ absent: 'the tree of "kazoo, git diff" could not be verified' }),
    ]);
  },
);

test('a measurement during which others always work is left out, and its row gets no ratio', async () => {
  let at = 0;
  // Others take both cores during a measurement, and nothing in between: only the measurement itself is disturbed.
  const busyWhileMeasured: SampleCpu = () =>
    Promise.resolve<CpuTimes>({ at: (at += 4), busy: measured * 8, own: 0 });
  let measured = 0;
  const stage = open(busyWhileMeasured);
  const subject = { activity: 'load', workload: '10k', contestant: 'enclosure' } as const;
  const value = await stage.measure([subject], () => Promise.resolve((measured += 1)));
  expect(value).toBeUndefined();
  expect(measured).toBe(4);
  expect(stage.recorder.rows).toMatchObject([{ samples: [], disturbed: 4, busy: true }]);
});

test('a deleted tree is gone with all that was below it', async () => {
  await deleteTree(channel, root);
  expect(await walkTree(channel, root, () => expect.unreachable())).toBe(false);
});
