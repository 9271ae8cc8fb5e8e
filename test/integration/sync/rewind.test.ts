/** Branches that are moved, lose their past, or are gone. */
import { expect, test } from 'vitest';
import { environment, expectTree, refused, unchanged } from './fault-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';

test('F45: a forced push is refused, and followed with --allow-rewind', async () => {
  const fixture = await environment();
  const base = fixture.git.commit({ a: '1' });
  const applied = fixture.git.commit({ a: '2', b: '2' });
  await fixture.sync();
  const forced = fixture.git.commit({ a: '3', c: '3' }, { orphan: true });
  for (const full of [false, true]) {
    const { codes, messages } = await refused(fixture, { full });
    expect(codes).toEqual(['rewind']);
    expect(messages).toContain(`commit ${applied} is applied and ${forced} does not descend from it`);
    expect(messages).toContain('--allow-rewind');
  }
  const { result } = await fixture.sync({ allowRewind: true });
  expect(result).toMatchObject({ outcome: 'applied', commit: forced, previousCommit: applied });
  // What the commit that was left had made is known from git, and goes.
  await expectTree(fixture, { a: '3', c: '3' });

  fixture.git.git(['update-ref', 'refs/heads/main', base]);
  expect((await refused(fixture)).codes).toEqual(['rewind']);
  const permitted = fixture.with({ allowRewind: true });
  expect((await permitted.sync(fixture.request())).result).toMatchObject({
    outcome: 'applied',
    commit: base,
  });
  await expectTree(fixture, { a: '1' });
});

test('F45: an older commit by name is a rewind too, and the way back is none', async () => {
  const fixture = await environment();
  const [older, head] = [fixture.git.commit({ a: '1' }), fixture.git.commit({ a: '2' })];
  await fixture.sync();
  expect((await refused(fixture, { commit: older })).codes).toEqual(['rewind']);
  const request = { commit: older.slice(0, 10), allowRewind: true, reason: 'rollback' } as const;
  expect((await fixture.sync(request)).result).toMatchObject({ outcome: 'applied', commit: older });
  await expectTree(fixture, { a: '1' });
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', commit: head });
  const history = await recordsOf(fixture.enclosure);
  expect(history.map(({ commit, reason }) => [commit, reason])).toEqual([
    [head, 'manual'],
    [older, 'rollback'],
    [head, 'manual'],
  ]);
});

test('F45: where the applied commit can no longer be had, nothing is pruned and the strays are listed', async () => {
  const fixture = await environment();
  const applied = fixture.git.commit({ a: '1', gone: '1', 'd/gone': '1' });
  await fixture.sync();
  await fixture.client.create(`${fixture.root}/foreign`, 'x');
  fixture.git.commit({ a: '2', b: '2' }, { orphan: true });
  fixture.git.git(['reflog', 'expire', '--expire=now', '--all']);
  fixture.git.git(['gc', '--quiet', '--prune=now']);
  expect(() => fixture.git.git(['cat-file', '-e', applied])).toThrow();
  // The cache of another machine never had it.
  const elsewhere = await environment({ znode: fixture.root, stateRoot: fixture.environment.stateRoot });
  const enclosure = elsewhere.with({ repository: fixture.environment.repository });

  const { result, plan } = await unchanged(fixture, () => enclosure.sync(fixture.request()));
  expect(result).toMatchObject({ outcome: 'refused', revision: 1, commit: applied });
  expect(plan.refusals).toMatchObject([{ code: 'rewind' }]);
  expect(plan.refusals[0]?.message).toContain('the repository no longer has it');

  const allowed = await enclosure.sync(fixture.request({ allowRewind: true }));
  expect(allowed.result).toMatchObject({
    outcome: 'applied',
    counts: { created: 1, updated: 1, deleted: 0 },
  });
  expect(allowed.plan.strays).toEqual(['d', 'd/gone', 'foreign', 'gone']);
  await expectTree(fixture, { a: '2', b: '2', gone: '1', 'd/gone': '1', foreign: 'x' });
});

test('F45: a branch that is deleted is an error, and nothing changes', async () => {
  const fixture = await environment();
  const head = fixture.git.commit({ a: '1' });
  await fixture.sync();
  const state = await fixture.client.get(fixture.state);
  fixture.git.git(['update-ref', '-d', 'refs/heads/main']);
  await unchanged(fixture, async () => {
    for (const options of [{}, { full: true }, { allowRewind: true, allowDeletes: true }]) {
      await expect(fixture.sync(options)).rejects.toMatchObject({ code: 'branch-missing', retryable: false });
    }
  });
  expect(await fixture.client.get(fixture.state)).toEqual(state);
  // Renamed: followed when the configuration says so, from where it was.
  fixture.git.git(['update-ref', 'refs/heads/trunk', head]);
  const renamed = fixture.with({ branch: 'trunk' });
  expect((await renamed.sync(fixture.request())).result).toMatchObject({
    outcome: 'unchanged',
    commit: head,
  });
});

test('F44: a malicious tree is refused when it is fetched, and nothing changes', async () => {
  const fixture = await environment();
  const parent = fixture.git.commit({ a: '1' });
  await fixture.sync();
  const oid = fixture.git.blob('x');
  for (const name of ['..', '.git', '.']) {
    const tree = fixture.git.rawTree([{ mode: '100644', name, oid }]);
    fixture.git.commitTree(tree, { parent });
    await unchanged(fixture, () => expect(fixture.sync()).rejects.toMatchObject({ retryable: false }));
  }
});
