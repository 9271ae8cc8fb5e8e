/** Refusals: what a sync does not do without being told to, and that it then changes nothing. */
import { expect, test } from 'vitest';
import { environment, expectTree, refused, smallFiles } from './fault-fixture.ts';

const share = { maxDelete: { kind: 'share', share: 0.2 } } as const;

test('F25: a directory that is empty is refused, and --allow-deletes empties the tree', async () => {
  const fixture = await environment({ directory: 'live' });
  fixture.git.commit({ 'live/a': '1', 'live/b/c': '2' });
  await fixture.sync();
  fixture.git.commit({ 'live/.gitkeep': '', other: 'x' });
  const { codes, messages } = await refused(fixture);
  expect(codes).toEqual(['directory-empty']);
  expect(messages).toContain('--allow-deletes');
  expect((await fixture.sync({ allowDeletes: true })).result).toMatchObject({ counts: { deleted: 3 } });
  expect([...(await fixture.tree()).keys()]).toEqual(['']);
});

test('F25: a directory that is gone or misspelt is refused, at the first deployment too', async () => {
  const fixture = await environment({ directory: 'live' });
  fixture.git.commit({ 'live/a': '1' });
  const misspelt = fixture.with({ directory: 'life' });
  const { plan } = await misspelt.sync(fixture.request());
  expect(plan.refusals.map(({ code }) => code)).toEqual(['directory-missing']);
  expect((await fixture.tree()).size).toBe(0);

  await fixture.sync();
  fixture.git.commit({ moved: '1' });
  expect((await refused(fixture)).codes).toEqual(['directory-missing']);
  expect((await fixture.sync({ allowDeletes: true })).result).toMatchObject({ counts: { deleted: 1 } });
});

test('F25: more deletions than maxDelete are refused with the numbers, in both modes', async () => {
  const fixture = await environment(share);
  const files = smallFiles(20, 'x');
  fixture.git.commit(files);
  await fixture.sync();
  const fewer = Object.fromEntries(Object.entries(files).slice(0, 12));
  fixture.git.commit(fewer);
  for (const full of [false, true]) {
    const { codes, messages } = await refused(fixture, { full });
    expect(codes).toEqual(['too-many-deletes']);
    expect(messages).toContain('8 of the 31 owned znodes would be deleted: ');
    expect(messages).toContain('; the limit is 7 (maxDelete: 20%)');
  }
  expect((await fixture.sync({ allowDeletes: true })).result).toMatchObject({ counts: { deleted: 8 } });
  await expectTree(fixture, fewer);
});

test('F25: as many deletions as maxDelete are done', async () => {
  const fixture = await environment({ maxDelete: { kind: 'count', count: 2 } });
  fixture.git.commit({ a: '1', b: '1', c: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '1' });
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', counts: { deleted: 2 } });
});

test('F26: an ephemeral znode at a desired path is never set or deleted', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  await fixture.client.create(`${fixture.root}/b`, 'alive', 'ephemeral');
  fixture.git.commit({ a: '2', b: 'ours' });
  for (const full of [false, true]) {
    const { codes, messages } = await refused(fixture, { full, adopt: true });
    expect(codes).toEqual(['ephemeral']);
    expect(messages).toContain(`${fixture.root}/b`);
  }
});

test('F26: an ephemeral znode at the path of one that goes stays, and so does one beside', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  await fixture.client.delete(`${fixture.root}/b`);
  await fixture.client.create(`${fixture.root}/b`, 'alive', 'ephemeral');
  await fixture.client.create(`${fixture.root}/c`, 'alive', 'ephemeral');
  fixture.git.commit({ a: '2' });
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', counts: { deleted: 0 } });
  await expectTree(fixture, { a: '2', b: 'alive', c: 'alive' });
  expect((await fixture.sync({ full: true })).plan.unmanaged).toContain('c');
});

test('F27: a child that is wanted below an ephemeral znode is refused, and nothing of it applied', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1', 'd/x': '1' });
  await fixture.sync();
  await fixture.client.create(`${fixture.root}/e`, '', 'ephemeral');
  fixture.git.commit({ a: '2', 'd/x': '1', 'e/y': '1' });
  for (const full of [false, true]) expect((await refused(fixture, { full })).codes).toEqual(['ephemeral']);

  // Where git says that the directory was there before, only the server can say that it is not ours any more.
  await fixture.client.delete(`${fixture.root}/d/x`);
  await fixture.client.delete(`${fixture.root}/d`);
  await fixture.client.create(`${fixture.root}/d`, '', 'ephemeral');
  fixture.git.commit({ a: '2', 'd/x': '1', 'd/new': '1' });
  expect((await refused(fixture)).codes).toEqual(['ephemeral']);
});

test('F27: a root below an ephemeral znode is refused', async () => {
  const fixture = await environment();
  await fixture.client.create(fixture.root, '', 'ephemeral');
  fixture.git.commit({ a: '1' });
  const below = fixture.with({ znode: `${fixture.root}/b/c` });
  const { result, plan } = await below.sync(fixture.request());
  expect(result).toMatchObject({ outcome: 'refused', transactions: 0 });
  expect(plan.refusals).toMatchObject([
    { code: 'ephemeral', message: expect.stringContaining(`${fixture.root}.`) as string },
  ]);
  expect([...(await fixture.tree()).keys()]).toEqual(['']);
  // The root itself being one is no better.
  expect((await refused(fixture)).codes).toEqual(['ephemeral']);
});
