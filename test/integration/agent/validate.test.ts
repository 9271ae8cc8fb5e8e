/** The application's veto, and what it throws. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPaths } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../../src/agent/index.ts';
import { EnclosureError } from '../../../src/base/enclosure-error.ts';
import { deployed, member, receiptOf, receiptWith } from '../../../harness/agent-fixture.ts';
import { waitFor } from '../../../harness/wait-for.ts';

const positive = (config: Config): void => {
  if (!(Number(config.text('size')) > 0))
    throw new Error(`size must be positive,\n not ${config.text('size')}`);
};

test('a rejected revision is not used, the receipt says why, and the next good one is used', async () => {
  const fixture = await deployed({ size: '1' });
  const changes: unknown[] = [];
  const membership = await member(fixture, {
    name: 'web',
    validate: positive,
    onChange: ({ after }) => changes.push(after.text('size')),
  });
  const bad = fixture.git.commit({ size: '-1' });
  await fixture.sync();
  const receipt = await receiptWith(fixture, 'web', 'that it rejects', ({ status }) => status === 'rejected');
  expect(receipt).toMatchObject({
    revision: 1,
    rejected: { revision: 2, commit: bad, reason: 'size must be positive, not -1' },
  });
  expect(membership.config.text('size')).toBe('1');

  fixture.git.commit({ size: '3' });
  await fixture.sync();
  const after = await receiptWith(
    fixture,
    'web',
    'that it runs revision 3',
    ({ revision }) => revision === 3,
  );
  expect(after).toMatchObject({ status: 'applied', rejected: null });
  expect(changes).toEqual(['3']);
});

test('going back to what it runs ends a rejection', async () => {
  const fixture = await deployed({ size: '1' });
  await member(fixture, { name: 'web', validate: positive });
  fixture.git.commit({ size: '-1' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'that it rejects', ({ status }) => status === 'rejected');
  fixture.git.commit({ size: '1' });
  await fixture.sync();
  const receipt = await receiptWith(fixture, 'web', 'revision 3', ({ revision }) => revision === 3);
  expect(receipt).toMatchObject({ status: 'applied', rejected: null });
});

test('validate may return false; the first revision can be rejected too, and then nobody has joined', async () => {
  const fixture = await deployed({ size: '1' });
  await expect(member(fixture, { name: 'web', validate: () => false })).rejects.toMatchObject({
    code: 'config-rejected',
    details: { found: 'validate returned false' },
  });
  expect(await fixture.client.children(`${fixture.state}/members`)).toEqual([]);
});

test('where the first revision is rejected, the last good one is used, and the receipt says both', async () => {
  const fixture = await deployed({ size: '1' });
  const cacheDirectory = await mkdtemp(joinPaths(tmpdir(), 'enclosure-kept-'));
  onTestFinished(() => rm(cacheDirectory, { recursive: true }));
  await (await member(fixture, { cacheDirectory })).leave();
  fixture.git.commit({ size: '-1' });
  await fixture.sync();
  const membership = await member(fixture, { name: 'web', cacheDirectory, validate: positive });
  expect(membership.config).toMatchObject({ revision: 1, stale: true });
  const receipt = await receiptWith(fixture, 'web', 'that it rejects', ({ status }) => status === 'rejected');
  expect(receipt).toMatchObject({ revision: 1, rejected: { revision: 2 } });
});

test('what a callback throws is in the receipt, and the next change is told all the same', async () => {
  const fixture = await deployed({ a: '1' });
  const seen: (number | null)[] = [];
  await member(fixture, {
    name: 'web',
    onChange: ({ after }) => {
      seen.push(after.revision);
      if (after.revision === 2) throw new Error('cannot reload');
    },
  });
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  const failed = await receiptWith(fixture, 'web', 'its problem', ({ problem }) => problem !== null);
  expect(failed).toMatchObject({ revision: 2, status: 'applied', problem: 'cannot reload' });
  fixture.git.commit({ a: '3' });
  await fixture.sync();
  const after = await receiptWith(fixture, 'web', 'revision 3', ({ revision }) => revision === 3);
  expect(after.problem).toBeNull();
  expect(seen).toEqual([2, 3]);
});

test('a rejection that may mend itself is tried again by itself', async () => {
  const fixture = await deployed({ a: '1' });
  let full = true;
  const membership = await member(fixture, {
    name: 'web',
    validate: ({ revision }) => {
      if (revision === 2 && full) throw new EnclosureError('directory-failed', 'the disk is full');
    },
  });
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  await receiptWith(fixture, 'web', 'that it rejects', ({ status }) => status === 'rejected');
  full = false;
  await waitFor('the second try', () => membership.config.revision === 2);
  await receiptWith(fixture, 'web', 'that it runs it', ({ status }) => status === 'applied');
});

test('leaving in the middle of a check is no verdict, and is waited for', async () => {
  const fixture = await deployed({ a: '1' });
  let ended = false;
  let begun = false;
  const membership = await member(fixture, {
    name: 'web',
    validate: async (config, signal) => {
      if (config.revision !== 2) return;
      begun = true;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      ended = true;
      throw new Error('interrupted');
    },
  });
  fixture.git.commit({ a: '2' });
  await fixture.sync();
  await waitFor('the check to begin', () => begun);
  await membership.leave();
  expect(ended).toBe(true);
  expect(await receiptOf(fixture, 'web')).toBeUndefined();
});
