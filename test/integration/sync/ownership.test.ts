/** Whose a znode is: drift, adoption, roots that two claim, pruning switched off. */
import { expect, inject, test } from 'vitest';
import {
  beforeTransaction,
  environment,
  expectTree,
  lines,
  proxied,
  refused,
  unchanged,
} from './fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

test('drift: report leaves hand edits as they are and names them, until a commit changes the file', async () => {
  const fixture = await environment({ drift: 'report' });
  fixture.git.commit({ a: '1', b: '1', 'd/x': '1' });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/a`, 'by hand');
  await fixture.client.delete(`${fixture.root}/d/x`);
  await fixture.client.delete(`${fixture.root}/d`);
  const { result, plan } = await unchanged(fixture, () => fixture.sync({ full: true }));
  expect(result).toMatchObject({ outcome: 'unchanged', transactions: 0 });
  expect(plan.drift).toEqual([
    { path: 'a', kind: 'changed' },
    { path: 'd', kind: 'missing' },
    { path: 'd/x', kind: 'missing' },
  ]);
  // A new file below a directory that is missing needs the directory.
  fixture.git.commit({ a: '2', b: '1', 'd/x': '1', 'd/y': '2' });
  expect((await fixture.sync({ full: true })).result.outcome).toBe('applied');
  await expectTree(fixture, { a: '2', b: '1', 'd/y': '2' });
});

test('drift: repair undoes hand edits in full mode', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1', 'd/x': '1' });
  await fixture.sync();
  await fixture.client.set(`${fixture.root}/a`, 'by hand');
  await fixture.client.delete(`${fixture.root}/d/x`);
  const { result, plan } = await fixture.sync({ full: true });
  expect(result).toMatchObject({ outcome: 'applied', revision: 2, counts: { created: 1, updated: 1 } });
  expect(plan.drift).toHaveLength(2);
  await expectTree(fixture, { a: '1', b: '1', 'd/x': '1' });
});

test('a missing parent that only the server knows of is found, and made again', async () => {
  const fixture = await environment();
  fixture.git.commit({ 'd/x': '1', e: '1' });
  await fixture.sync();
  await fixture.client.delete(`${fixture.root}/d/x`);
  await fixture.client.delete(`${fixture.root}/d`);
  fixture.git.commit({ 'd/x': '1', 'd/y': '2', e: '1' });
  const { result, plan } = await fixture.sync();
  expect(plan.mode).toBe('full');
  expect(result).toMatchObject({ outcome: 'applied', revision: 2, counts: { created: 3 } });
  await expectTree(fixture, { 'd/x': '1', 'd/y': '2', e: '1' });
});

test('a tree that is there already is taken over only with --adopt, and equal znodes are not written', async () => {
  const fixture = await environment();
  await fixture.client.create(fixture.root, '');
  await fixture.client.create(`${fixture.root}/same`, '1');
  await fixture.client.create(`${fixture.root}/other`, 'theirs');
  await fixture.client.create(`${fixture.root}/extra`, 'theirs');
  fixture.git.commit({ same: '1', other: 'ours', new: '1' });
  const { codes, messages } = await refused(fixture);
  expect(codes).toEqual(['not-owned']);
  expect(messages).toContain(`${fixture.root}/other`);
  expect(messages).toContain('--adopt');
  expect(messages).not.toContain('/same');
  const found = { equal: ['', 'same'], different: ['other'], unmanaged: ['extra'] };
  expect((await fixture.enclosure.plan(fixture.request())).plan.adoption).toEqual(found);
  const same = (await fixture.tree()).get('same');
  const { result, plan } = await fixture.sync({ adopt: true });
  expect(plan.adoption).toEqual(found);
  expect(result).toMatchObject({
    outcome: 'applied',
    counts: { created: 1, updated: 1, deleted: 0, unchanged: 2 },
  });
  expect(plan.unmanaged).toEqual(['extra']);
  await expectTree(fixture, { same: '1', other: 'ours', new: '1', extra: 'theirs' });
  expect((await fixture.tree()).get('same')).toEqual(same);
});

test('a tree of somebody else is not written into before --adopt, even where nothing is overwritten', async () => {
  const fixture = await environment();
  await fixture.client.create(fixture.root, '');
  await fixture.client.create(`${fixture.root}/theirs`, 'x');
  await fixture.client.create(`${fixture.root}/same`, '1');
  fixture.git.commit({ same: '1', new: '1' });
  const { codes, messages } = await refused(fixture);
  expect(codes).toEqual(['not-owned']);
  expect(messages).toContain('2 znodes below');
  expect(messages).toContain('enclosure sync production --adopt');
  // Where git has nothing new, there is nothing to ask: equal znodes are taken over and none is written.
  const head = fixture.git.commit({ same: '1' });
  const { result } = await unchanged(fixture, () => fixture.sync());
  expect(result).toMatchObject({ outcome: 'applied', revision: 1, commit: head });
  // After the first deployment it is ours, and everything is as ever.
  fixture.git.commit({ same: '1', new: '1' });
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', counts: { created: 1 } });
  await expectTree(fixture, { same: '1', new: '1', theirs: 'x' });
});

test('two environments of different configurations do not share a tree', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', 'b/c': '1' });
  await fixture.sync();
  for (const znode of [fixture.root, `${fixture.root}/b`, `${fixture.root}/new/deeper`]) {
    const other = fixture.with({ name: 'staging', znode });
    const { result, plan } = await unchanged(fixture, () =>
      other.sync(fixture.request({ environment: 'staging', adopt: true, allowDeletes: true })),
    );
    expect(result).toMatchObject({ outcome: 'refused', transactions: 0 });
    expect(plan.refusals).toMatchObject([
      { code: 'shared-root', message: expect.stringContaining(`production (${fixture.root})`) as string },
    ]);
  }
  const beside = fixture.with({ name: 'staging', znode: `${fixture.root}-beside` });
  const request = fixture.request({ environment: 'staging' });
  expect((await beside.sync(request)).result.outcome).toBe('applied');
  // Nor after one of them moves.
  const moved = fixture.with({ name: 'staging', znode: `${fixture.root}/b` });
  expect((await moved.sync(request)).plan.refusals).toMatchObject([{ code: 'shared-root' }]);
});

test('of two environments that claim overlapping roots at the same moment only one gets it', async () => {
  const { fixture, proxy } = await proxied();
  fixture.git.commit({ a: '1', 'b/c': '1' });
  // Straight to the server: what goes through the proxy is held back.
  const ensemble = { ...fixture.environment.ensemble, connect: inject('zookeeper') };
  // No znode of the one is in the way of the other: only their claims meet.
  await fixture.client.create(fixture.root, '');
  const inside = fixture.with({ name: 'inside', znode: `${fixture.root}/inside`, ensemble });
  const first = beforeTransaction(proxy, 1, async () => {
    const { result } = await inside.sync(fixture.request({ environment: 'inside' }));
    expect(result.outcome).toBe('applied');
  });
  const { result, plan } = await fixture.sync();
  await first;
  expect(result).toMatchObject({ outcome: 'refused', revision: 0 });
  expect(plan.refusals.map(({ code }) => code)).toContain('shared-root');
});

test('with prune: false nothing is deleted, and what stays is listed', async () => {
  const fixture = await environment({ prune: false });
  fixture.git.commit({ a: '1', 'd/x': '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2' });
  const { result, plan } = await fixture.sync();
  expect(result).toMatchObject({ outcome: 'applied', counts: { updated: 1, deleted: 0 } });
  expect(plan.strays).toEqual(['d', 'd/x']);
  await expectTree(fixture, { a: '2', 'd/x': '1' });
  expect((await fixture.sync({ full: true })).result.outcome).toBe('unchanged');
});

test.each([{ full: false }, { full: true }])(
  'a change that was made by hand and then committed is a deployment, which writes no znode (full: $full)',
  async ({ full }) => {
    const fixture = await environment();
    fixture.git.commit({ a: '1', b: '1', c: '1' });
    await fixture.sync();
    await fixture.client.set(`${fixture.root}/a`, '2');
    await fixture.client.delete(`${fixture.root}/c`);
    const before = lines(await fixture.tree());
    const commit = fixture.git.commit({ a: '2', b: '1' });
    expect((await fixture.sync({ full })).result).toMatchObject({ outcome: 'applied', revision: 2, commit });
    expect(lines(await fixture.tree())).toEqual(before);
    expect((await recordsOf(fixture.enclosure))[0]?.changes).toMatchObject([
      { path: 'a', action: 'update' },
      { path: 'c', action: 'delete' },
    ]);
    expect((await fixture.sync({ full })).result).toMatchObject({
      outcome: 'unchanged',
      revision: 2,
      commit,
    });
  },
);
