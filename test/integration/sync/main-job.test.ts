import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createEnvironment, type EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

let fixture: EnvironmentFixture;
beforeAll(async () => {
  fixture = await createEnvironment(inject('zookeeper'));
});
afterAll(() => fixture.remove());

describe('one environment, from the first load on', () => {
  test('the first load creates every znode in one transaction', async () => {
    const commit = fixture.git.commit({
      'app/db.json': '{}',
      'app/.znode': 'own',
      'empty/.gitkeep': '',
      'z.txt': 'z',
    });
    const { result, plan } = await fixture.sync();
    expect(plan.refusals).toEqual([]);
    expect(result).toMatchObject({
      outcome: 'applied',
      revision: 1,
      commit,
      previousCommit: null,
      counts: { created: 5, updated: 0, deleted: 0, unchanged: 0 },
      transactions: 1,
    });
    expect(await fixture.texts()).toEqual({
      '': '',
      app: 'own',
      'app/db.json': '{}',
      empty: '',
      'z.txt': 'z',
    });
  });

  test('F33: the same commit again writes nothing at all', async () => {
    const before = await fixture.tree();
    const state = await fixture.client.get(fixture.state);
    expect((await fixture.sync()).result).toMatchObject({
      outcome: 'unchanged',
      revision: 1,
      transactions: 0,
    });
    expect((await fixture.sync({ full: true })).result).toMatchObject({ outcome: 'unchanged', revision: 1 });
    expect(await fixture.tree()).toEqual(before);
    expect(await fixture.client.get(fixture.state)).toEqual(state);
  });

  test('a push changes what it changes, and nothing else', async () => {
    const before = await fixture.tree();
    fixture.git.commit({ 'app/db.json': '{"a":1}', 'app/new.txt': 'n', 'z.txt': null }, { patch: true });
    const { result, plan } = await fixture.sync({ reason: 'push', actor: 'alice', delivery: 'd-1' });
    expect(plan.mode).toBe('fast');
    expect(result).toMatchObject({
      revision: 2,
      transactions: 1,
      counts: { created: 1, updated: 1, deleted: 1, unchanged: 3 },
    });
    const after = await fixture.tree();
    for (const path of ['app', 'empty']) expect(after.get(path)).toEqual(before.get(path));
    expect(after.get('app/db.json')?.data.toString()).toBe('{"a":1}');
    expect(after.has('z.txt')).toBe(false);
  });

  test('a commit that does not touch the directory deploys nothing', async () => {
    fixture.git.commit({ '.gitignore': 'x' }, { patch: true });
    expect((await fixture.sync()).result).toMatchObject({ outcome: 'unchanged', revision: 2 });
  });

  test('the history says who, why, what and from which commit', async () => {
    const [newest, oldest] = await recordsOf(fixture.enclosure);
    expect(newest).toMatchObject({
      revision: 2,
      reason: 'push',
      actor: 'alice',
      delivery: 'd-1',
      commits: [{ author: 'A', subject: 'change' }],
      changes: [
        { path: 'app/db.json', action: 'update' },
        { path: 'app/new.txt', action: 'create', before: null },
        { path: 'z.txt', action: 'delete', after: null },
      ],
    });
    expect(oldest).toMatchObject({ revision: 1, previousCommit: null });
  });

  test('a hand edit is found by verify and repaired by a full sync', async () => {
    await fixture.client.set(`${fixture.root}/app/db.json`, 'edited');
    await fixture.client.delete(`${fixture.root}/empty`);
    await fixture.client.create(`${fixture.root}/foreign`, 'x');
    expect(await fixture.enclosure.verify('production')).toMatchObject({
      revision: 2,
      znodes: 5,
      drift: [
        { path: 'app/db.json', kind: 'changed' },
        { path: 'empty', kind: 'missing' },
      ],
      unmanaged: ['foreign'],
    });
    expect((await fixture.sync({ full: true })).result).toMatchObject({
      outcome: 'applied',
      revision: 3,
      counts: { created: 1, updated: 1, deleted: 0 },
    });
    expect(await fixture.enclosure.verify('production')).toMatchObject({ drift: [], unmanaged: ['foreign'] });
    expect(await fixture.client.get(`${fixture.root}/foreign`)).toMatchObject({ version: 0 });
  });

  test('a plan shows what sync would do and writes nothing', async () => {
    const before = await fixture.tree();
    fixture.git.commit({ 'planned.txt': '1' }, { patch: true });
    const { plan, revision } = await fixture.enclosure.plan(fixture.request());
    expect(revision).toBe(3);
    expect(plan.steps).toMatchObject([{ action: 'create', path: 'planned.txt', bytes: 1 }]);
    expect(await fixture.tree()).toEqual(before);
  });

  test('status says what is applied and that nobody holds the lock', async () => {
    const [status] = await fixture.enclosure.status(['production']);
    expect(status).toMatchObject({
      state: { revision: 3, phase: 'applied', znodes: 5 },
      waiters: [],
      last: { revision: 3 },
    });
    expect(status?.holder).toBeUndefined();
  });

  test('F34: an older commit that is delivered late ends at the head', async () => {
    const { result } = await fixture.sync({ reason: 'push', hint: 'a'.repeat(40) });
    expect(result.commit).toBe(fixture.git.git(['rev-parse', 'main']));
  });
});
