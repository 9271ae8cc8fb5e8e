/** A contestant that does not do its job, in a round on a real server. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Recorder } from '../../../bench/compare/recorder.ts';
import { runRound } from '../../../bench/compare/round.ts';
import { Stage } from '../../../bench/compare/stage.ts';
import type { Track } from '../../../bench/compare/track.ts';
import { makeRepository } from '../../../bench/make-repository.ts';
import { openChannel } from '../../../src/zookeeper/channel/open-channel.ts';
import type { Channel } from '../../../src/model/ports/channel.ts';

let channel: Channel;
let directory: string;

beforeAll(async () => {
  channel = await openChannel({ connect: inject('zookeeper'), auth: [], sessionTimeoutMs: 10_000 });
  directory = await mkdtemp(join(tmpdir(), 'enclosure-test-'));
});

afterAll(async () => {
  await channel.close();
  await rm(directory, { recursive: true, force: true });
});

test('who loads nothing is out at once: no row of it is measured, and nothing more is asked of it', async () => {
  const repository = await makeRepository(
    join(directory, 'a.git'),
    Array.from({ length: 120 }, () => 200),
  );
  const runs = join(directory, 'runs');
  const source = `require('node:fs').appendFileSync(${JSON.stringify(runs)}, 'x')`;
  const idler: Track = {
    contestant: 'kazoo-git-diff',
    workload: '10k',
    repository,
    root: '/unit-bench-idler',
    update: [process.execPath, '-e', source],
    remove: () => Promise.resolve(),
  };
  const parts = { connect: inject('zookeeper'), channel, sampleCpu: () => Promise.resolve(undefined) };
  const stage = new Stage({ ...parts, cores: 2, waits: true, say: () => undefined }, new Recorder());
  const each = 'each round';
  await runRound(stage, {
    number: 1,
    workload: '10k',
    files: 40,
    tracks: [{ track: idler, tasks: { load: each, nothing: each, one: each, hundred: each } }],
  });
  expect(await readFile(runs, 'utf8')).toBe('x');
  expect(stage.recorder.findings).toMatchObject([
    {
      contestant: 'kazoo-git-diff',
      after: '"first load" (10k)',
      problem: expect.stringContaining('missing'),
    },
  ]);
  expect(stage.recorder.rows.map(({ contestant }) => contestant)).not.toContain('kazoo-git-diff');
  // The ceiling was measured beside it, and its tree is gone.
  expect(stage.recorder.rows.map(({ contestant }) => contestant)).toContain('ceiling-socket');
  expect(await channel.getData('/ceiling-10k')).toBeUndefined();
});
