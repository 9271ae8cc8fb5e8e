import { expect, test } from 'vitest';
import { isEnclosureError } from '../../../../src/base/enclosure-error.ts';
import type { Channel } from '../../../../src/model/ports/channel.ts';
import type { Session } from '../../../../src/model/ports/session.ts';
import * as fixture from './fixture.ts';

/** Calls `before` and `after` around every request, so that something can happen at each of them. */
function tapped<T extends object>(target: T, before: () => void, after: () => void): T {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]): unknown => {
        before();
        const result: unknown = Reflect.apply(value, of, parameters);
        if (!(result instanceof Promise)) return result;
        return result.finally(after);
      };
    },
  });
}

/** Aborts at the n-th request, or the n-th answer. Returns how the attempt ended and how many there were. */
async function attempt(
  session: Session,
  channel: Channel,
  directory: string,
  at: 'request' | 'answer',
  n: number,
): Promise<'aborted' | 'taken'> {
  const stop = new AbortController();
  let count = 0;
  const tick = (): void => {
    count += 1;
    if (count === n) stop.abort();
  };
  const noTick = (): void => undefined;
  const [before, after] = at === 'request' ? [tick, noTick] : [noTick, tick];
  try {
    const lock = await fixture.take({
      session: tapped(session, before, after),
      channel: tapped(channel, before, after),
      directory,
      holder: fixture.holder('aborted'),
      signal: stop.signal,
    });
    await lock.release();
    return 'taken';
  } catch (error) {
    if (!isEnclosureError(error, 'aborted')) throw error;
    return 'aborted';
  }
}

test.each(['request', 'answer'] as const)(
  'F7: aborted at any %s while taking a free lock, nothing is left behind',
  async (at) => {
    const [session, channel] = [await fixture.session(), await fixture.channel()];
    const { directory } = await fixture.lockDirectory(channel);
    let n = 1;
    for (; (await attempt(session, channel, directory, at, n)) === 'aborted'; n += 1) {
      expect(await channel.getChildren(directory)).toEqual([]);
    }
    expect(n).toBeGreaterThan(4); // create, ACL, listing, fence
    expect(await channel.getChildren(directory)).toEqual([]);
  },
);

test('F7: aborted at any request while waiting for a held lock, nothing is left behind', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  for (const n of [1, 2, 3, 4]) {
    expect(await attempt(session, channel, directory, 'request', n)).toBe('aborted');
    expect(await channel.getChildren(directory)).toHaveLength(1);
  }
  await lock.release();
});

test('F7: aborted in the middle of a wait, nothing is left behind', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  const stop = new AbortController();
  const waiting = fixture.take({
    session,
    channel,
    directory,
    signal: stop.signal,
    onWaiting: () => setImmediate(() => stop.abort()),
  });
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  expect(await channel.getChildren(directory)).toHaveLength(1);
  await lock.release();
});
