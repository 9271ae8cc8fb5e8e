/** Holds: who puts them, what they keep away, when they end. Going back is in `rollback.test.ts`. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventName, recordName } from '../../../src/state/state-paths.ts';
import { member, receiptOf, receiptWith } from '../../../harness/agent-fixture.ts';
import type { EnvironmentFixture } from '../../../harness/environment-fixture.ts';
import { environment, expectTree, unchanged } from './fault-fixture.ts';
import { events, story } from './timeline-of.ts';
import { recordsOf } from '../../../harness/records-of.ts';

const why = 'the pool is exhausted';

async function edit(fixture: EnvironmentFixture, path: string, change: object): Promise<void> {
  const found = await fixture.client.get(path);
  const value = JSON.parse(found?.data.toString() ?? '{}') as object;
  await fixture.client.set(path, JSON.stringify({ ...value, ...change }));
}

test('a held environment stays as it is, whoever asks; after resume one sync brings it to the head', async () => {
  const fixture = await environment();
  const base = fixture.git.commit({ a: '1' });
  await fixture.sync();
  const hold = await fixture.enclosure.hold('production', { who: 'alice', why });
  expect(hold).toMatchObject({ who: 'alice', why, until: null, rollback: null });
  const head = fixture.git.commit({ a: '2' });

  const state = await fixture.client.get(fixture.state);
  for (const request of [
    { reason: 'push', delivery: 'x' },
    { reason: 'schedule', full: true },
    { reason: 'manual', commit: head, allowRewind: true, allowDeletes: true },
  ] as const) {
    const { result, plan, hold: met } = await unchanged(fixture, () => fixture.sync(request));
    expect(result).toMatchObject({ outcome: 'held', revision: 1, commit: base, transactions: 0 });
    expect(plan.steps).toEqual([]);
    expect(met).toEqual(hold);
  }
  // Agents watch it.
  expect(await fixture.client.get(fixture.state)).toEqual(state);

  const planned = await fixture.enclosure.plan(fixture.request());
  expect(planned).toMatchObject({ hold, plan: { commit: head, steps: [{ action: 'update', path: 'a' }] } });
  expect(await fixture.enclosure.status(['production'])).toMatchObject([{ hold }]);

  expect(await fixture.enclosure.resume({ environment: 'production', actor: 'bob', why: 'mended' })).toEqual(
    hold,
  );
  expect(await fixture.client.get(`${fixture.state}/hold`)).toBeUndefined();
  await expectTree(fixture, { a: '1' });
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', commit: head, revision: 2 });
  expect((await fixture.enclosure.status(['production']))[0]?.hold).toBeUndefined();

  expect(await story(fixture)).toEqual(['deployment 2', 'resume 1', 'hold 1', 'deployment 1']);
  expect(await story(fixture, 2)).toEqual(['deployment 2', 'resume 1']);
  expect(await events(fixture)).toMatchObject([
    { kind: 'resume', who: 'bob', why: 'mended', until: null },
    { kind: 'hold', who: 'alice', why, until: null, time: hold.since },
  ]);
  const records = await recordsOf(fixture.enclosure);
  expect(records.map(({ revision }) => revision)).toEqual([2, 1]);
});

test('an environment can be held before its first deployment, and a hold can be replaced', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.enclosure.hold('production', { who: 'alice', why });
  await fixture.enclosure.hold('production', { who: 'bob', why: 'mine' });
  // Before anything else is asked: a repository that is away is no reason to try again.
  const away = fixture.with({ branch: 'gone' });
  const { result, hold } = await away.sync(fixture.request());
  expect(result).toMatchObject({ outcome: 'held', revision: 0, commit: null });
  expect(hold).toMatchObject({ who: 'bob', why: 'mine' });
  expect(await fixture.client.get(fixture.root)).toBeUndefined();
  await fixture.enclosure.resume({ environment: 'production', actor: 'bob' });
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', revision: 1 });
  expect(await story(fixture)).toEqual(['deployment 1', 'resume 0', 'hold 0', 'hold 0']);
});

test('resume without a hold writes nothing', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  expect(await fixture.enclosure.resume({ environment: 'production', actor: 'bob' })).toBeNull();
  expect(await story(fixture)).toEqual(['deployment 1']);
});

test('a hold ends by itself when its time has passed, by the clock of the servers', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2' });
  const real = Date.now();
  onTestFinished(() => void vi.useRealTimers());
  // A clock that jumped: it neither begins a hold nor ends one.
  vi.useFakeTimers({ toFake: ['Date'], now: real + 7_200_000 });
  const hold = await fixture.enclosure.hold('production', {
    who: 'alice',
    why,
    until: { afterMs: 3_600_000 },
  });
  expect(Date.parse(hold.until ?? '') - Date.parse(hold.since)).toBe(3_600_000);
  expect(Math.abs(Date.parse(hold.since) - real)).toBeLessThan(1_800_000);
  expect((await fixture.sync()).result.outcome).toBe('held');

  const past = new Date(real - 60_000).toISOString();
  await edit(fixture, `${fixture.state}/hold`, { until: past });
  // Behind what the servers have written: not believed either, not even to show something.
  vi.setSystemTime(real - 120_000);
  expect((await fixture.enclosure.plan(fixture.request())).hold).toBeUndefined();
  expect((await fixture.enclosure.status(['production']))[0]?.hold).toBeUndefined();
  expect((await fixture.sync()).result).toMatchObject({ outcome: 'applied', revision: 2 });
  vi.useRealTimers();
  // What is left of it can be taken away.
  const resume = { environment: 'production', actor: 'bob' };
  expect(await fixture.enclosure.resume(resume)).toMatchObject({ who: 'alice' });

  const late = fixture.enclosure.hold('production', { who: 'alice', until: { time: past } });
  await expect(late).rejects.toMatchObject({ code: 'usage-invalid', details: { found: past } });
});

test('a hold that cannot be understood, or that a newer Enclosure wrote, lets nothing through', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  fixture.git.commit({ a: '2' });
  await fixture.enclosure.hold('production', { who: 'alice', why });
  for (const [change, code] of [
    [{ until: 'tomorrow' }, 'state-unreadable'],
    [{ format: 2 }, 'state-newer'],
  ] as const) {
    await edit(fixture, `${fixture.state}/hold`, change);
    await unchanged(fixture, async () => {
      await expect(fixture.sync()).rejects.toMatchObject({
        code,
        details: { where: `${fixture.state}/hold` },
      });
    });
  }
});

test('a hold and its end disturb no member: it hears of the deployments alone', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  const heard: (number | null)[] = [];
  await member(fixture, { name: 'web', onChange: ({ after }) => void heard.push(after.revision) });
  const before = await receiptWith(
    fixture,
    'web',
    'that it runs revision 1',
    ({ revision }) => revision === 1,
  );
  const watched = await fixture.client.get(fixture.state);
  fixture.git.commit({ a: '2' });
  await fixture.enclosure.hold('production', { who: 'alice', why });
  expect((await fixture.sync()).result.outcome).toBe('held');
  await fixture.enclosure.resume({ environment: 'production', actor: 'alice' });
  // Nothing is written where a member looks, so there is nothing that it could still be about to hear of.
  expect(await fixture.client.get(fixture.state)).toEqual(watched);
  expect(await receiptOf(fixture, 'web')).toEqual(before);
  await fixture.sync();
  await receiptWith(fixture, 'web', 'that it runs revision 2', ({ revision }) => revision === 2);
  expect(heard).toEqual([2]);
});

test('the history keeps to its limit, and a deployment takes the events of the records that go', async () => {
  const fixture = await environment();
  fixture.git.commit({ a: '1' });
  await fixture.sync();
  const history = `${fixture.state}/history`;
  const records = Array.from({ length: 499 }, (_, index) => recordName(index + 2));
  const old = Array.from({ length: 500 }, (_, index) => eventName(1, index + 1));
  await Promise.all([...records, ...old].map((name) => fixture.client.create(`${history}/${name}`, '')));
  const kept = async (pattern: RegExp): Promise<string[]> =>
    (await fixture.client.children(history)).filter((name) => pattern.test(name)).toSorted();

  await fixture.enclosure.hold('production', { who: 'alice', why });
  expect(await kept(/-/)).toEqual([...old.slice(1), eventName(1, 501)]);
  await fixture.enclosure.resume({ environment: 'production', actor: 'alice' });
  expect(await kept(/-/)).toEqual([...old.slice(2), eventName(1, 501), eventName(1, 502)]);
  // Both limits at once, in one transaction.
  const to = { commit: fixture.git.commit({ a: '2' }) };
  const time = new Date().toISOString();
  const back = { environment: 'production', actor: 'alice', time, to };
  expect((await fixture.enclosure.rollback(back)).result).toMatchObject({
    outcome: 'applied',
    revision: 501,
  });
  expect(await kept(/^\d+$/)).toEqual([...records, recordName(501)]);
  expect(await kept(/-/)).toEqual([
    ...old.slice(52),
    eventName(1, 501),
    eventName(1, 502),
    eventName(501, 1),
  ]);
});
