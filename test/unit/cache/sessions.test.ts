import { describe, expect, test } from 'vitest';
import type { CacheSession } from '../../../src/cache/coordination/cache-session.ts';
import { Sessions } from '../../../src/cache/sessions.ts';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';

/** A session that can be lost. */
class Opened {
  isOver = false;
  closings = 0;

  close(): Promise<void> {
    this.isOver = true;
    this.closings += 1;
    return Promise.resolve();
  }
}

/** Sessions that are opened as `answers` say; after that, each at once. */
function open(...answers: Promise<void>[]) {
  const opened: Opened[] = [];
  const sessions = new Sessions(async () => {
    const session = new Opened();
    await answers.shift();
    opened.push(session);
    return session as unknown as CacheSession;
  });
  return { sessions, opened };
}

describe('Sessions', () => {
  test('opens nothing before it is asked, and one for all who ask', async () => {
    const { sessions, opened } = open();
    expect([sessions.live, opened.length]).toEqual([undefined, 0]);
    const [one, other] = await Promise.all([sessions.get(), sessions.get()]);
    expect(one).toBe(other);
    expect(await sessions.get()).toBe(one);
    expect([sessions.live, opened.length]).toEqual([one, 1]);
  });

  test('opens another where one was lost, after what is left of it was ended', async () => {
    const { sessions, opened } = open();
    const first = await sessions.get();
    if (opened[0] !== undefined) opened[0].isOver = true;
    expect(sessions.live).toBeUndefined();
    const [second, other] = await Promise.all([sessions.get(), sessions.get()]);
    expect(second).not.toBe(first);
    expect([other, sessions.live, opened.length]).toEqual([second, second, 2]);
    expect(opened.map(({ closings }) => closings)).toEqual([1, 0]);
  });

  test('fails as opening does, for all who ask meanwhile, and tries again for the next', async () => {
    const down = new EnclosureError('zookeeper-unreachable', 'no server answers');
    const { sessions, opened } = open(Promise.reject(down));
    const outcomes = await Promise.allSettled([sessions.get(), sessions.get()]);
    const failed = { status: 'rejected', reason: down };
    expect(outcomes).toEqual([failed, failed]);
    expect(await sessions.get()).toBe(sessions.live);
    expect(opened).toHaveLength(1);
  });

  test('closes the session that is open', async () => {
    const { sessions, opened } = open();
    await sessions.get();
    await sessions.close();
    expect(sessions.live).toBeUndefined();
    expect(opened.map(({ isOver }) => isOver)).toEqual([true]);
  });

  test('leaves no session behind that somebody asks for after it was closed', async () => {
    const { sessions, opened } = open();
    await sessions.close();
    await sessions.get();
    expect(opened.map(({ isOver }) => isOver)).toEqual([true]);
  });

  test('leaves no session behind that was being opened when it was closed', async () => {
    let answer = (): void => undefined;
    const { sessions, opened } = open(new Promise((resolve) => (answer = resolve)));
    const getting = sessions.get();
    const closing = sessions.close();
    answer();
    await Promise.all([getting, closing]);
    expect(opened.map(({ isOver }) => isOver)).toEqual([true]);
    expect(sessions.live).toBeUndefined();
  });

  test('is closed although opening fails', async () => {
    const { sessions } = open(Promise.reject(new Error('no server answers')));
    const getting = sessions.get().catch(() => 'failed');
    await sessions.close();
    expect(await getting).toBe('failed');
  });
});
