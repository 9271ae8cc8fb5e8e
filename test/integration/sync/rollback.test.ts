/** Going back, and staying there. */
import { expect, test } from 'vitest';
import type { SyncReport } from '../../../src/model/sync/sync-report.ts';
import type { RollbackRequest } from '../../../src/verbs/rollback/rollback-target.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { recordsOf } from '../../../harness/records-of.ts';
import { environment, expectTree, largeFiles, unchanged, whenLanded } from './fault-fixture.ts';
import { events, story } from './timeline-of.ts';

/** Commits that set `a` to 1, 2, ..., each deployed. */
async function deployed(fixture: EnvironmentFixture, count: number): Promise<string[]> {
  const commits: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    commits.push(fixture.git.commit({ a: String(index) }));
    await fixture.sync();
  }
  return commits;
}

function goBack(fixture: EnvironmentFixture, change: Partial<RollbackRequest> = {}): Promise<SyncReport> {
  const time = new Date().toISOString();
  return fixture.enclosure.rollback({ environment: 'production', actor: 'alice', time, ...change });
}

test('a rollback is a new revision with the commit of the deployment before, and holds', async () => {
  const fixture = await environment();
  const [first, second] = await deployed(fixture, 2);
  const { result, hold } = await goBack(fixture, { why: 'errors everywhere', until: { afterMs: 60_000 } });
  expect(result).toMatchObject({ outcome: 'applied', revision: 3, commit: first, previousCommit: second });
  expect(hold).toMatchObject({
    who: 'alice',
    why: 'errors everywhere',
    rollback: { from: { revision: 2, commit: second }, to: { revision: 3, commit: first } },
  });
  await expectTree(fixture, { a: '1' });
  const [record] = await recordsOf(fixture.enclosure);
  expect(record).toMatchObject({ reason: 'rollback', actor: 'alice', message: 'errors everywhere' });
  expect(await story(fixture)).toEqual(['hold 3', 'deployment 3', 'deployment 2', 'deployment 1']);
  expect(await events(fixture)).toMatchObject([
    { who: 'alice', why: 'errors everywhere', until: hold?.until },
  ]);

  // Another process, on another machine: what holds is in the ensemble.
  const held = await unchanged(fixture, () => fixture.with({}).sync(fixture.request({ reason: 'push' })));
  expect(held).toMatchObject({ result: { outcome: 'held', revision: 3 }, hold });
});

test('going back twice goes further back, and not to what was left', async () => {
  const fixture = await environment();
  const [first, second, third] = await deployed(fixture, 3);
  expect((await goBack(fixture)).result).toMatchObject({ commit: second, previousCommit: third });
  const { result, hold } = await goBack(fixture);
  expect(result).toMatchObject({ outcome: 'applied', commit: first, revision: 5 });
  expect(hold?.rollback).toMatchObject({ from: { revision: 4 }, to: { revision: 5 } });
  await expect(goBack(fixture)).rejects.toMatchObject({ code: 'revision-missing' });
  // And forward again by name.
  expect((await goBack(fixture, { to: { revision: 3 } })).result.commit).toBe(third);
  expect((await goBack(fixture, { to: { commit: first?.slice(0, 10) ?? '' } })).result.commit).toBe(first);
});

test('two that go back at once go back once', async () => {
  const fixture = await environment();
  const [, second] = await deployed(fixture, 3);
  const both = await Promise.all([goBack(fixture), goBack(fixture, { actor: 'bob' })]);
  expect(both.map(({ result }) => result.outcome).toSorted()).toEqual(['applied', 'unchanged']);
  for (const { result, hold } of both) {
    expect(result.commit).toBe(second);
    expect(hold?.rollback).toMatchObject({ from: { revision: 3 }, to: { revision: 4, commit: second } });
  }
  const later = both.find(({ result }) => result.outcome === 'unchanged')?.hold;
  expect(await fixture.enclosure.status(['production'])).toMatchObject([
    { hold: later, state: { revision: 4 } },
  ]);
  expect((await story(fixture)).slice(0, 3)).toEqual(['hold 4', 'hold 4', 'deployment 4']);
});

test('a revision that is not there, nothing before, and an end that has passed are errors that change nothing', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await expect(goBack(fixture)).rejects.toMatchObject({ code: 'revision-missing' });
  await fixture.sync();
  const next = 'Name a commit: enclosure rollback production --to COMMIT';
  await expect(goBack(fixture)).rejects.toMatchObject({ code: 'revision-missing', details: { next } });
  await expect(goBack(fixture, { to: { revision: 9 } })).rejects.toMatchObject({
    code: 'revision-missing',
    details: { expected: 'a revision from 1 to 1', found: '9' },
  });
  await expect(goBack(fixture, { to: { commit: 'abcdef12' } })).rejects.toMatchObject({
    code: 'commit-missing',
    details: { expected: 'abcdef12' },
  });
  const until = { time: '2020-01-01T00:00:00.000Z' };
  await expect(goBack(fixture, { to: { revision: 1 }, until })).rejects.toMatchObject({
    code: 'usage-invalid',
  });
  expect(await story(fixture)).toEqual(['deployment 1']);
  expect(await fixture.client.get(`${fixture.state}/hold`)).toBeUndefined();
});

test('a commit that git no longer has is named, with what else there is to do', async () => {
  const fixture = await environment();
  const [gone] = await deployed(fixture, 1);
  fixture.git.commit({ a: '2' }, { orphan: true });
  await fixture.sync({ allowRewind: true });
  fixture.git.git(['reflog', 'expire', '--expire=now', '--all']);
  fixture.git.git(['gc', '--quiet', '--prune=now']);
  // The cache of another machine never had it.
  const elsewhere = await environment({ znode: fixture.root, stateRoot: fixture.environment.stateRoot });
  const enclosure = elsewhere.with({ repository: fixture.environment.repository });
  const back = enclosure.rollback({
    environment: 'production',
    actor: 'alice',
    time: new Date().toISOString(),
  });
  await expect(back).rejects.toMatchObject({
    code: 'commit-missing',
    details: { expected: gone, next: expect.stringContaining('--to REVISION') as string },
  });
  expect((await fixture.sync()).result.outcome).toBe('unchanged');
});

test('what a guard refuses holds nothing; --allow-deletes passes through', async () => {
  const fixture = await environment({ maxDelete: { kind: 'count', count: 1 } });
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '1', b: '1', c: '1' });
  await fixture.sync();
  const { result, plan, hold } = await unchanged(fixture, () => goBack(fixture));
  expect(result.outcome).toBe('refused');
  expect(plan.refusals.map(({ code }) => code)).toEqual(['too-many-deletes']);
  expect(hold).toBeUndefined();
  expect(await story(fixture)).toEqual(['deployment 2', 'deployment 1']);
  expect((await goBack(fixture, { allowDeletes: true })).result.outcome).toBe('applied');
  await expectTree(fixture, { a: '1' });
});

test('a rollback that dies half-way holds nothing; the next goes to what was whole last, and holds', async () => {
  const fixture = await environment();
  const [before, after] = [largeFiles(6, 'before'), largeFiles(6, 'after')];
  const old = fixture.git.commit(before);
  await fixture.sync();
  const head = fixture.git.commit(after);
  await fixture.sync();
  const stop = new AbortController();
  const time = new Date().toISOString();
  const request = { environment: 'production', actor: 'alice', time };
  const options = { signal: stop.signal, onProgress: whenLanded(1, () => stop.abort()) };
  await expect(fixture.enclosure.rollback(request, options)).rejects.toMatchObject({ code: 'aborted' });
  expect(await fixture.enclosure.status(['production'])).toMatchObject([
    { state: { phase: 'applying', commit: head } },
  ]);
  expect(await story(fixture)).toEqual(['deployment 2', 'deployment 1']);
  const again = await goBack(fixture, { to: { revision: 1 } });
  expect(again).toMatchObject({ result: { outcome: 'applied', commit: old }, hold: { who: 'alice' } });
  await expectTree(fixture, before);

  await fixture.enclosure.resume({ environment: 'production', actor: 'alice' });
  const stopped = new AbortController();
  const failing = { signal: stopped.signal, onProgress: whenLanded(1, () => stopped.abort()) };
  await expect(fixture.enclosure.sync(fixture.request(), failing)).rejects.toMatchObject({ code: 'aborted' });
  expect((await goBack(fixture)).result).toMatchObject({ outcome: 'applied', commit: old });
  await expectTree(fixture, before);
});

test('a storm of pushes while it is held applies nothing; after resume one deployment brings the head', async () => {
  const fixture = await environment();
  const [first] = await deployed(fixture, 2);
  // Already on their way when somebody goes back, and while it is held.
  let pushes = 2;
  const push = async (): Promise<SyncReport> => {
    pushes += 1;
    fixture.git.commit({ a: String(pushes) });
    return await fixture.sync({ reason: 'push', delivery: `delivery-${pushes}` });
  };
  const early = [push(), push(), push()];
  const back = goBack(fixture, { to: { revision: 1 } });
  const late = [push(), push(), push()];
  const { result } = await back;
  expect(result).toMatchObject({ outcome: 'applied', commit: first });
  const held = await unchanged(fixture, () =>
    Promise.all([...Array.from({ length: 5 }, push), fixture.sync({ reason: 'schedule', full: true })]),
  );
  expect(held.map((report) => report.result.outcome)).toEqual(Array(6).fill('held'));
  for (const report of await Promise.all([...early, ...late])) {
    if (report.result.outcome === 'applied') expect(report.result.revision).toBeLessThan(result.revision);
    else expect(['held', 'unchanged']).toContain(report.result.outcome);
  }
  await expectTree(fixture, { a: '1' });

  const planned = await fixture.enclosure.plan(fixture.request());
  await fixture.enclosure.resume({ environment: 'production', actor: 'alice' });
  const storm = await Promise.all(Array.from({ length: 4 }, () => fixture.sync({ reason: 'push' })));
  expect(storm.map((report) => report.result.outcome).toSorted()).toEqual([
    'applied',
    'unchanged',
    'unchanged',
    'unchanged',
  ]);
  const [newest] = await recordsOf(fixture.enclosure);
  expect(newest).toMatchObject({
    revision: result.revision + 1,
    commit: planned.plan.commit,
    reason: 'push',
  });
  await expectTree(fixture, { a: String(pushes) });
});
