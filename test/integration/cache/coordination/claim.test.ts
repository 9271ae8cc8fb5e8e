import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { openCacheSession, type CacheSession } from '../../../../src/cache/coordination/cache-session.ts';
import { claimFill, type Claim } from '../../../../src/cache/coordination/claim.ts';
import { dropEntry } from '../../../../src/cache/coordination/drop-entry.ts';
import { entryPaths, keyDigest, namespacePaths } from '../../../../src/cache/coordination/entry-paths.ts';
import { giveUp, publishResult } from '../../../../src/cache/coordination/publish-result.ts';
import { WatchedEntry } from '../../../../src/cache/coordination/watched-entry.ts';

const result = { count: 0, bytes: 0, digest: 'd' };

function places() {
  const paths = namespacePaths(`/cache-${randomUUID()}`, 'test');
  return { paths, entry: entryPaths(paths, keyDigest('key')) };
}

async function session(paths: ReturnType<typeof namespacePaths>): Promise<CacheSession> {
  const opened = await openCacheSession({
    connect: inject('zookeeper'),
    paths,
    level2: { directory: '/none' },
    signal: new AbortController().signal,
  });
  onTestFinished(() => opened.close());
  return opened;
}

async function claim(of: CacheSession, paths: ReturnType<typeof entryPaths>): Promise<Claim | undefined> {
  const entry = new WatchedEntry('key', paths);
  return await claimFill(of, entry, await entry.look(of));
}

describe('a claim', () => {
  it('is good for one of those who want it at the same time', async () => {
    const { paths, entry } = places();
    const sessions = await Promise.all([1, 2, 3].map(() => session(paths)));
    const entries = sessions.map(() => new WatchedEntry('key', entry));
    const seen = await Promise.all(sessions.map(async (one, index) => await entries[index]?.look(one)));
    const claims = await Promise.all(
      sessions.map(async (one, index) => {
        const [watched, looked] = [entries[index], seen[index]];
        return watched && looked && (await claimFill(one, watched, looked));
      }),
    );
    const [good, ...more] = claims.filter((one) => one !== undefined);
    expect(more).toEqual([]);
    expect(good && (await publishResult(good, result, undefined))?.epoch).toBe(1);
  });

  it('on a key that was dropped and claimed again publishes nothing, and takes nothing away', async () => {
    const { paths, entry } = places();
    const [one, other] = await Promise.all([session(paths), session(paths)]);
    const frozen = await claim(one, entry);
    await dropEntry(await other.link.channel(), entry.entry);
    const next = await claim(other, entry);
    expect([frozen?.facts.epoch, next?.facts.epoch]).toEqual([1, 1]);
    expect(frozen && (await publishResult(frozen, result, undefined))).toBeUndefined();
    if (frozen !== undefined) await giveUp(frozen);
    const published = next && (await publishResult(next, result, undefined));
    expect(published?.token).toBe(next?.filling.token);
  });

  it('is not good any more when its filler’s znode is gone, or the generation is another one', async () => {
    const { paths, entry } = places();
    const one = await session(paths);
    const first = await claim(one, entry);
    await one.link.session.delete(entry.filler(1, first?.filling.token ?? ''));
    expect(first && (await publishResult(first, result, undefined))).toBeUndefined();
    const second = await claim(one, entry);
    expect(second?.facts.epoch).toBe(2);
    await one.link.session.setData(paths.namespace, Buffer.from('{}'), -1);
    expect(second && (await publishResult(second, result, undefined))).toBeUndefined();
  });
});
