/** Bookkeeping that is not as it should be: never taken for "nothing was deployed". */
import { expect, test } from 'vitest';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { environment, expectTree, unchanged } from './fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

async function deployed(): Promise<EnvironmentFixture> {
  const fixture = await environment();
  fixture.git.commit({ a: '1', b: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2' });
  return fixture;
}

async function failsUnchanged(fixture: EnvironmentFixture, code: string): Promise<void> {
  const state = await fixture.client.get(fixture.state);
  await unchanged(fixture, async () => {
    const everything = { full: true, adopt: true, allowDeletes: true, allowRewind: true };
    for (const options of [{}, everything]) {
      await expect(fixture.sync(options)).rejects.toMatchObject({ code, retryable: false });
      await expect(fixture.enclosure.plan(fixture.request(options))).rejects.toMatchObject({ code });
    }
    await expect(fixture.enclosure.verify('production')).rejects.toMatchObject({ code });
    const [status] = await fixture.enclosure.status(['production']);
    expect(status?.error).toMatchObject({ code });
  });
  expect(await fixture.client.get(fixture.state)).toEqual(state);
  expect((await fixture.client.tree(`${fixture.state}/lock`)).size).toBe(1);
}

test('a state of a newer format stops everything, and nothing changes', async () => {
  const fixture = await deployed();
  const text = (await fixture.client.get(fixture.state))?.data.toString() ?? '';
  await fixture.client.set(fixture.state, text.replace('"format":1', '"format":2,"more":true'));
  await failsUnchanged(fixture, 'state-newer');
});

test.each([
  ['text', 'not JSON'],
  ['an empty object', '{}'],
  ['a list', '[]'],
  ['half of it', '{"format":1,"environment":"production"'],
  ['a commit that is none', '{"format":1,"commit":"--exec=x"}'],
])('a state that is %s stops everything, and nothing changes', async (_what, text) => {
  const fixture = await deployed();
  await fixture.client.set(fixture.state, text);
  await failsUnchanged(fixture, 'state-unreadable');
});

test('a state that was emptied begins again, and nothing that is there is overwritten or deleted unasked', async () => {
  const fixture = await deployed();
  await fixture.client.set(fixture.state, '');
  const { plan } = await unchanged(fixture, () => fixture.sync());
  expect(plan.refusals).toMatchObject([{ code: 'not-owned' }]);
  const { result } = await fixture.sync({ adopt: true });
  // The revisions that the history holds are not given out again.
  expect(result).toMatchObject({ outcome: 'applied', revision: 2, previousCommit: null });
  await expectTree(fixture, { a: '2', b: '1' });
  expect((await recordsOf(fixture.enclosure)).map(({ revision }) => revision)).toEqual([2, 1]);
});

test('bookkeeping that is deleted as a whole is made again', async () => {
  const fixture = await deployed();
  const bookkeeping = [...(await fixture.client.tree(fixture.state)).keys()].toSorted().toReversed();
  for (const path of bookkeeping)
    await fixture.client.delete(path === '' ? fixture.state : `${fixture.state}/${path}`);
  expect((await fixture.sync({ adopt: true })).result).toMatchObject({ outcome: 'applied', revision: 1 });
  await expectTree(fixture, { a: '2', b: '1' });
});
