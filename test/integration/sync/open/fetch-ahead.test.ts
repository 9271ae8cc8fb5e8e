/** The branch is fetched while the lock is taken. What that must not change: which commit a run leads to. */
import { expect, test } from 'vitest';
import type { GitRepository } from '../../../../src/model/ports/git-repository.ts';
import { holderOf, takeLock } from '../../../../src/sync/lock/take-lock.ts';
import { connectionTo } from '../../../../src/sync/open/connection-to.ts';
import { type OpenRun, openRunOn } from '../../../../src/sync/open/open-run.ts';
import { sync } from '../../../../src/sync/sync.ts';
import { openChannel } from '../../../../src/zookeeper/channel/open-channel.ts';
import { openWireSession } from '../../../../src/zookeeper/session/open-wire-session.ts';
import type { EnvironmentFixture } from '../../../../harness/environment-fixture.ts';
import { waitFor } from '../../../../harness/wait-for.ts';
import { environment, expectTree } from '../fault-fixture.ts';

interface WatchedRun {
  readonly open: OpenRun;
  /** One entry a fetch, in the order in which they were begun. */
  readonly fetches: Promise<string>[];
}

/** @param beforeSession runs when the first fetch is over and the lock has not been asked for */
function watched(fixture: EnvironmentFixture, beforeSession: () => Promise<unknown>): WatchedRun {
  const fetches: Promise<string>[] = [];
  const real = openRunOn(fixture.environment, {
    cacheDirectory: fixture.configuration.cacheDirectory,
    allowLocalRepositories: true,
    gitEnvironment: { PATH: process.env['PATH'] },
  });
  const open: OpenRun = {
    channel: (signal) => real.channel(signal),
    async repository(signal) {
      const repository: GitRepository = await real.repository(signal);
      const counting: Pick<GitRepository, 'fetchBranch'> = {
        fetchBranch(branch, options) {
          const fetch = repository.fetchBranch(branch, options);
          fetches.push(fetch);
          return fetch;
        },
      };
      return Object.assign(Object.create(repository) as GitRepository, counting);
    },
    async session(signal) {
      await waitFor('the first fetch', () => fetches.length > 0);
      await fetches[0];
      await beforeSession();
      return await real.session(signal);
    },
  };
  return { open, fetches };
}

test('a run that gets the lock at once fetches once', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  const { open, fetches } = watched(fixture, () => Promise.resolve());
  const { result } = await sync(fixture.environment, fixture.request(), open, {});
  expect(result.outcome).toBe('applied');
  expect(fetches).toHaveLength(1);
});

test('what another run applied after our fetch is not taken for a rewind, and is not undone where rewinds are allowed', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  for (const allowRewind of [false, true]) {
    const overtake = async (): Promise<void> => {
      fixture.git.commit({ a: `later, ${allowRewind}` });
      await fixture.sync();
    };
    const { open, fetches } = watched(fixture, overtake);
    const request = fixture.request({ allowRewind });
    const { result } = await sync(fixture.environment, request, open, {});
    expect(result.outcome).toBe('unchanged');
    expect(fetches).toHaveLength(2);
    expect(result.commit).toBe(await fetches[1]);
    await expectTree(fixture, { a: `later, ${allowRewind}` });
  }
});

test('who waits for the lock applies what was pushed meanwhile', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  const connection = await connectionTo(fixture.environment.ensemble);
  const [channel, session] = await Promise.all([openChannel(connection), openWireSession(connection)]);
  try {
    const holder = holderOf(fixture.request());
    const lock = await takeLock(fixture.environment, holder, { channel, session }, {});
    const { open, fetches } = watched(fixture, () => Promise.resolve());
    let later = '';
    const run = sync(fixture.environment, fixture.request(), open, {
      onProgress({ phase }) {
        if (phase !== 'lock' || later !== '') return;
        later = fixture.git.commit({ a: 'later' });
        void lock.release();
      },
    });
    expect((await run).result).toMatchObject({ outcome: 'applied', commit: later });
    expect(fetches).toHaveLength(2);
    await expectTree(fixture, { a: 'later' });
  } finally {
    await channel.close();
    await session.close();
  }
});
