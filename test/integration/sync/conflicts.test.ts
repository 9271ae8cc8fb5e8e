/** Somebody else writes to the tree between comparison and write. */
import { expect, test } from 'vitest';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { beforeTransaction, environment, expectTree, largeFiles, proxied } from './fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

type Proxied = Awaited<ReturnType<typeof proxied>>;

/** Syncs, and lets somebody else act between comparison and write. */
async function syncWith(
  act: (fixture: EnvironmentFixture) => Promise<void>,
  { fixture, proxy }: Proxied,
): Promise<SyncReport> {
  const acting = beforeTransaction(proxy, 1, () => act(fixture));
  const report = await fixture.sync();
  await acting;
  return report;
}

test('F22: a znode that is edited after it was compared is looked at again before it is overwritten', async () => {
  const prepared = await proxied();
  const { fixture } = prepared;
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  const commit = fixture.git.commit({ a: '2', b: '1' });
  const { result, plan } = await syncWith(({ client, root }) => client.set(`${root}/a`, 'by hand'), prepared);
  expect(result).toMatchObject({ outcome: 'applied', revision: 2, commit, transactions: 1 });
  expect(plan.mode).toBe('full');
  expect(plan.drift).toEqual([{ path: 'a', kind: 'changed' }]);
  await expectTree(fixture, { a: '2', b: '1' });
  expect((await fixture.tree()).get('a')).toMatchObject({ version: 2 });
  expect(await recordsOf(fixture.enclosure)).toHaveLength(2);
});

test('F22: a znode that is deleted after it was compared is made again', async () => {
  const prepared = await proxied();
  const { fixture } = prepared;
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2', b: '1' });
  const { result, plan } = await syncWith(({ client, root }) => client.delete(`${root}/a`), prepared);
  expect(result).toMatchObject({ outcome: 'applied', counts: { created: 1, updated: 0 } });
  expect(plan).toMatchObject({ mode: 'full', drift: [{ path: 'a', kind: 'missing' }] });
  await expectTree(fixture, { a: '2', b: '1' });
});

test('F22: a znode that somebody creates where one was to be created is not overwritten', async () => {
  const prepared = await proxied();
  const { fixture } = prepared;
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '1', b: 'ours' });
  const { result, plan } = await syncWith(
    ({ client, root }) => client.create(`${root}/b`, 'theirs'),
    prepared,
  );
  expect(result.outcome).toBe('refused');
  expect(plan.refusals).toMatchObject([
    { code: 'not-owned', message: expect.stringContaining('/b') as string },
  ]);
  await expectTree(fixture, { a: '1', b: 'theirs' });
  expect((await fixture.tree()).get('b')).toMatchObject({ version: 0 });
});

test('F22: who loses against somebody that changes a znode each time gives up with a conflict', async () => {
  const { fixture, proxy, direct } = await proxied();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2' });
  const keepEditing = async (): Promise<void> => {
    for (let edit = 1; edit <= 4; edit += 1) {
      // The one that was lost is sent again, and refused; then comes that of the next plan.
      await beforeTransaction(proxy, edit === 1 ? 1 : 2, () =>
        fixture.client.set(`${fixture.root}/a`, `edit ${edit}`),
      );
    }
  };
  void keepEditing();
  await expect(fixture.sync()).rejects.toMatchObject({ code: 'conflict', retryable: true });
  await expectTree(fixture, { a: 'edit 4' });
  expect((await direct.sync(fixture.request())).result).toMatchObject({ outcome: 'applied', revision: 2 });
  await expectTree(fixture, { a: '2' });
});

test('F18: a transaction that fails takes those in flight behind it with it, and the new plan goes on from there', async () => {
  const prepared = await proxied();
  const { fixture } = prepared;
  fixture.git.commit(largeFiles(12, 'before'));
  await fixture.sync();
  const files = largeFiles(12, 'after');
  fixture.git.commit(files);
  const { result, plan } = await syncWith(
    ({ client, root }) => client.set(`${root}/large/002`, 'by hand'),
    prepared,
  );
  // Two had landed; the third was refused, and so was what had been sent after it.
  expect(plan).toMatchObject({ mode: 'full', landed: [{ path: 'large/000' }, { path: 'large/001' }] });
  expect(result).toMatchObject({ outcome: 'applied', revision: 2, counts: { updated: 10 } });
  await expectTree(fixture, files);
  const [record] = await recordsOf(fixture.enclosure);
  expect(record).toMatchObject({
    revision: 2,
    counts: { created: 0, updated: 12, deleted: 0, unchanged: 2 },
  });
});

test('F29: a foreign child below a directory that goes is refused, and nothing changes', async () => {
  const fixture = await environment();
  fixture.git.commit({ 'd/x': '1', 'd/e/y': '1', z: '1' });
  await fixture.sync();
  await fixture.client.create(`${fixture.root}/d/e/theirs`, 'keep');
  fixture.git.commit({ z: '2' });
  for (const full of [false, true]) {
    const before = await fixture.tree();
    const { result, plan } = await fixture.sync({ full });
    expect(plan.mode).toBe(full ? 'full' : 'fast');
    expect(result).toMatchObject({ outcome: 'refused', transactions: 0 });
    expect(plan.refusals).toMatchObject([
      { code: 'foreign-child', message: expect.stringContaining(`${fixture.root}/d/e/theirs`) as string },
    ]);
    expect(await fixture.tree()).toEqual(before);
  }
  await fixture.client.delete(`${fixture.root}/d/e/theirs`);
  expect((await fixture.sync()).result.outcome).toBe('applied');
  await expectTree(fixture, { z: '2' });
});

test('F29: a foreign child that is created between comparison and write keeps its directory', async () => {
  const prepared = await proxied();
  const { fixture } = prepared;
  fixture.git.commit({ 'd/x': '1', z: '1' });
  await fixture.sync();
  const before = await fixture.tree();
  fixture.git.commit({ z: '2', n: '2' });
  const { result, plan } = await syncWith(
    ({ client, root }) => client.create(`${root}/d/theirs`, 'keep'),
    prepared,
  );
  expect(result).toMatchObject({ outcome: 'refused', revision: 1 });
  expect(plan.refusals).toMatchObject([{ code: 'foreign-child' }]);
  const after = await fixture.tree();
  expect(after.get('d/theirs')).toMatchObject({ version: 0 });
  after.delete('d/theirs');
  expect(after).toEqual(before);
});
