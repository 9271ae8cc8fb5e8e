/** Trees that take another shape: files for directories, another layout, another root. */
import { expect, test } from 'vitest';
import { environment, expectTree, refused } from './fault-fixture.ts';

test.each([false, true])(
  'F28: file and directory change places in one transaction, full: %s',
  async (full) => {
    const fixture = await environment();
    fixture.git.commit({ a: 'file', 'b/x': '1', 'b/y/z': '1', same: '1' });
    await fixture.sync();
    const same = (await fixture.tree()).get('same');
    fixture.git.commit({ 'a/x/y': 'file', b: 'file', same: '1' });
    expect((await fixture.sync({ full })).result).toMatchObject({ outcome: 'applied', transactions: 1 });
    expect(await fixture.texts()).toEqual({
      '': '',
      a: '',
      'a/x': '',
      'a/x/y': 'file',
      b: 'file',
      same: '1',
    });
    expect((await fixture.tree()).get('same')).toEqual(same);
    fixture.git.commit({ a: 'file', 'b/x': '1', 'b/y/z': '1', same: '1' });
    expect((await fixture.sync({ full })).result).toMatchObject({ outcome: 'applied', transactions: 1 });
    await expectTree(fixture, { a: 'file', 'b/x': '1', 'b/y/z': '1', same: '1' });
  },
);

test.each([false, true])('F28: the same with layout: directory, full: %s', async (full) => {
  const fixture = await environment({ layout: 'directory' });
  fixture.git.commit({ 'a/data': 'a', 'b/c/data': 'c', 'b/d/e/data': 'e' });
  await fixture.sync();
  expect(await fixture.texts()).toEqual({ '': '', a: 'a', b: '', 'b/c': 'c', 'b/d': '', 'b/d/e': 'e' });
  fixture.git.commit({ 'a/data/data': 'deeper', b: 'of the root', 'c/b': 'c' });
  expect((await fixture.sync({ full })).result).toMatchObject({ outcome: 'applied', transactions: 1 });
  expect(await fixture.texts()).toEqual({ '': 'of the root', a: '', 'a/data': 'deeper', c: 'c' });
  fixture.git.commit({ 'a/data': 'a', 'b/c/data': 'c', 'c/b': 'c' });
  expect((await fixture.sync({ full })).result).toMatchObject({ outcome: 'applied', transactions: 1 });
  expect(await fixture.texts()).toEqual({ '': '', a: 'a', b: '', 'b/c': 'c', c: 'c' });
});

test('another layout takes the full path, and what only the old one made goes', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ 'a/data': 'a', 'b/c/data': 'c' });
  await fixture.sync();
  const other = fixture.with({ layout: 'directory' });
  const { result, plan } = await other.sync(fixture.request());
  expect(result).toMatchObject({
    outcome: 'applied',
    revision: 2,
    commit,
    counts: { updated: 2, deleted: 2 },
  });
  expect(plan.mode).toBe('full');
  expect(plan.drift).toEqual([]);
  expect(await fixture.texts()).toEqual({ '': '', a: 'a', b: '', 'b/c': 'c' });
  expect((await other.sync(fixture.request())).result.outcome).toBe('unchanged');
  expect(await other.verify('production')).toMatchObject({ drift: [], unmanaged: [] });
});

test('another directory takes the full path, and its tree replaces the old one', async () => {
  const fixture = await environment({ directory: 'one' });
  fixture.git.commit({ 'one/a': '1', 'one/b': '1', 'two/b': '1', 'two/c': '1' });
  await fixture.sync();
  const kept = (await fixture.tree()).get('b');
  const { result, plan } = await fixture.with({ directory: 'two' }).sync(fixture.request());
  expect(plan.mode).toBe('full');
  expect(result).toMatchObject({ outcome: 'applied', counts: { created: 1, deleted: 1, unchanged: 2 } });
  await expectTree(fixture, { b: '1', c: '1' });
  expect((await fixture.tree()).get('b')).toEqual(kept);
});

test('a root that moves leaves the old znodes alone and says so', async () => {
  const fixture = await environment();
  const commit = fixture.git.commit({ a: '1', 'b/c': '1' });
  await fixture.sync();
  const before = await fixture.tree();
  const moved = `${fixture.root}-moved/deep/down`;
  const { result, plan } = await fixture.with({ znode: moved }).sync(fixture.request());
  expect(result).toMatchObject({
    outcome: 'applied',
    revision: 2,
    commit,
    counts: { created: 4, deleted: 0 },
  });
  expect(plan.warnings).toEqual([expect.stringContaining(`moved from ${fixture.root} to ${moved}`)]);
  expect(await fixture.tree()).toEqual(before);
  expect([...(await fixture.client.tree(moved)).keys()].toSorted()).toEqual(['', 'a', 'b', 'b/c']);
  // And back: nothing says that these are still ours.
  fixture.git.commit({ a: '2' });
  const { codes } = await refused(fixture);
  expect(codes).toEqual(['not-owned']);
});
