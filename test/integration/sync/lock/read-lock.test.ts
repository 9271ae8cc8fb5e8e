import { expect, test } from 'vitest';
import { readLock } from '../../../../src/sync/lock/read-lock.ts';
import * as fixture from './fixture.ts';

const nothing = Buffer.alloc(0);

test('where nothing was ever deployed there is no lock to report', async () => {
  expect(await readLock(await fixture.channel(), '/lock-tests-nowhere/lock')).toBeUndefined();
});

test('a lock that nobody holds has neither holder nor waiters, whoever held it last', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  expect(await readLock(channel, directory)).toEqual({ waiters: [] });
  const lock = await fixture.take({ session, channel, directory });
  await fixture.fencedWrite(channel, lock, target, 'x');
  await lock.release();
  expect(await readLock(channel, directory)).toEqual({ waiters: [] });
});

test('the progress of a former holder is not shown as that of the present one', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory, target } = await fixture.lockDirectory(channel);
  const lock = await fixture.take({ session, channel, directory });
  await fixture.fencedWrite(channel, lock, target, 'x');
  await lock.release();
  const next = { ephemeral: true, sequential: true };
  await session.create(`${directory}/lock-next-`, Buffer.from('{"guid":"next","who":"bob"}'), next);
  const { holder } = (await readLock(channel, directory)) ?? {};
  expect(holder).toMatchObject({ guid: 'next', who: 'bob' });
  expect(holder).not.toHaveProperty('done');
});

test('data that cannot be read are shown as unknown with the time the lock node was made, foreign children not at all', async () => {
  const [session, channel] = [await fixture.session(), await fixture.channel()];
  const { directory } = await fixture.lockDirectory(channel);
  await session.create(`${directory}/README`, nothing);
  const odd = ['', 'null', '\u0000binary'];
  for (const data of odd) {
    await session.create(`${directory}/lock-odd-`, Buffer.from(data), { ephemeral: true, sequential: true });
  }
  const report = await readLock(channel, directory);
  expect(report?.holder).toMatchObject({ guid: 'odd', who: 'unknown' });
  expect(report?.holder?.since).toMatch(/^20\d\d-/);
  expect(report?.waiters).toHaveLength(2);
});
